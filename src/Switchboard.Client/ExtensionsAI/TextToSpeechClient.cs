// The package marks text to speech as experimental.
#pragma warning disable MEAI001
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Switchboard.Protocol.Audio;

namespace Switchboard.Client.ExtensionsAI;

/// <summary><see cref="ITextToSpeechClient"/> over speech.</summary>
internal sealed class TextToSpeechClient(SwitchboardClient client, string model, string voice) : ITextToSpeechClient
{
    private readonly TextToSpeechClientMetadata _metadata = new(client.Transport.Endpoint.ProviderName, client.BaseUrl, model);

    public async Task<TextToSpeechResponse> GetAudioAsync(string text, TextToSpeechOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = RequestOf(text, options);
        var content = await client.Audio.Speech.CreateAsync(request, ExtraMembers.Of(options?.AdditionalProperties), cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var type = content.ContentType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? content.ContentType : MediaTypes.OfAudio(request.ResponseFormat?.Value);
            return new TextToSpeechResponse([new DataContent(await content.ReadBytesAsync(cancellationToken).ConfigureAwait(false), type)]) { ModelId = request.Model, RawRepresentation = content };
        }
    }

    public async IAsyncEnumerable<TextToSpeechResponseUpdate> GetStreamingAudioAsync(string text, TextToSpeechOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = RequestOf(text, options) with { StreamFormat = SpeechRequestStreamFormat.Sse };
        var type = MediaTypes.OfAudio(request.ResponseFormat?.Value);
        await foreach (var told in client.Audio.Speech.StreamAsync(request, ExtraMembers.Of(options?.AdditionalProperties), cancellationToken).ConfigureAwait(false))
        {
            var update = new TextToSpeechResponseUpdate { ModelId = request.Model, RawRepresentation = told, Kind = TextToSpeechResponseUpdateKind.AudioUpdating };
            if (told is SpeechAudioDeltaEvent { Audio: var audio })
            {
                update.Contents.Add(new DataContent(audio, type));
            }
            else if (told is SpeechAudioDoneEvent { Usage: { } usage })
            {
                update.Kind = TextToSpeechResponseUpdateKind.AudioUpdated;
                update.Contents.Add(new UsageContent(new UsageDetails { InputTokenCount = usage.InputTokens, OutputTokenCount = usage.OutputTokens, TotalTokenCount = usage.TotalTokens }));
            }

            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => Services.Find(serviceType, serviceKey, this, _metadata, client);

    public void Dispose()
    {
        // The client is its owner's.
    }

    private SpeechRequest RequestOf(string text, TextToSpeechOptions? options)
    {
        ArgumentNullException.ThrowIfNull(text);
        var raw = options?.RawRepresentationFactory?.Invoke(this) as SpeechRequest;
        var request = raw is null
            ? new SpeechRequest(options?.ModelId ?? model, text, options?.VoiceId ?? voice)
            : raw with { Input = text, Model = raw.Model.Length > 0 ? raw.Model : options?.ModelId ?? model };
        return request with
        {
            Speed = request.Speed ?? ExtraMembers.Number(options?.Speed),
            ResponseFormat = request.ResponseFormat ?? FormatOf(options?.AudioFormat),
        };
    }

    private static SpeechRequestResponseFormat? FormatOf(string? format) => format is null ? (SpeechRequestResponseFormat?)null : MediaTypes.FormatOf(format);
}
