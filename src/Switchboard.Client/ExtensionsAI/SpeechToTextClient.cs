// The package marks speech to text as experimental.
#pragma warning disable MEAI001
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Switchboard.Protocol.Audio;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Client.ExtensionsAI;

/// <summary><see cref="ISpeechToTextClient"/> over transcriptions; translations into English where <see cref="SpeechToTextOptions.TextLanguage"/> asks for it.</summary>
internal sealed class SpeechToTextClient(SwitchboardClient client, string model) : ISpeechToTextClient
{
    private readonly SpeechToTextClientMetadata _metadata = new(client.Transport.Endpoint.ProviderName, client.BaseUrl, model);

    public async Task<SpeechToTextResponse> GetTextAsync(Stream audioSpeechStream, SpeechToTextOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audioSpeechStream);
        var extras = ExtraMembers.Of(options?.AdditionalProperties);
        if (IsTranslation(options))
        {
            var translation = new TranslationRequest(FileOf(audioSpeechStream), options?.ModelId ?? model);
            TranslationResult translated = await client.Audio.Translations.CreateAsync(translation, extras, cancellationToken).ConfigureAwait(false);
            return Of((translated as Translation)?.Text ?? (translated as VerboseTranslation)?.Text, translated, options);
        }

        TranscriptionResult result = await client.Audio.Transcriptions.CreateAsync(RequestOf(audioSpeechStream, options), extras, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            Transcription plain => Of(plain.Text, plain, options, UsageOf(plain.Usage)),
            VerboseTranscription verbose => Timed(Of(verbose.Text, verbose, options), verbose.Duration),
            DiarizedTranscription diarized => Timed(Of(diarized.Text, diarized, options, UsageOf(diarized.Usage)), diarized.Duration),
            _ => Of(null, result, options),
        };
    }

    public async IAsyncEnumerable<SpeechToTextResponseUpdate> GetStreamingTextAsync(Stream audioSpeechStream, SpeechToTextOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audioSpeechStream);
        if (IsTranslation(options))
        {
            // Translations do not stream.
            foreach (var update in (await GetTextAsync(audioSpeechStream, options, cancellationToken).ConfigureAwait(false)).ToSpeechToTextResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        var events = client.Audio.Transcriptions.StreamAsync(RequestOf(audioSpeechStream, options), ExtraMembers.Of(options?.AdditionalProperties), cancellationToken);
        await foreach (var told in events.ConfigureAwait(false))
        {
            yield return Of(told, options);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => Services.Find(serviceType, serviceKey, this, _metadata, client);

    public void Dispose()
    {
        // The client is its owner's.
    }

    private static bool IsTranslation(SpeechToTextOptions? options) =>
        options?.TextLanguage is { } wanted && options.SpeechLanguage is { } spoken && !wanted.Equals(spoken, StringComparison.OrdinalIgnoreCase) && wanted.StartsWith("en", StringComparison.OrdinalIgnoreCase);

    // The server tells the kind of audio by the name; of a stream without one it finds it by the content.
    private static UploadFile FileOf(Stream audio) => UploadFile.FromStream(audio, audio is FileStream file ? Path.GetFileName(file.Name) : "audio.mp3");

    private static UsageDetails? UsageOf(TranscriptionUsage? usage) => usage is not TranscriptionTokenUsage tokens ? null : new UsageDetails
    {
        InputTokenCount = tokens.InputTokens,
        OutputTokenCount = tokens.OutputTokens,
        TotalTokenCount = tokens.TotalTokens,
        InputAudioTokenCount = tokens.InputTokenDetails?.AudioTokens,
        InputTextTokenCount = tokens.InputTokenDetails?.TextTokens,
    };

    private static SpeechToTextResponse Timed(SpeechToTextResponse response, double? seconds)
    {
        response.StartTime = TimeSpan.Zero;
        response.EndTime = seconds is { } end ? TimeSpan.FromSeconds(end) : null;
        return response;
    }

    private TranscriptionRequest RequestOf(Stream audio, SpeechToTextOptions? options)
    {
        var raw = options?.RawRepresentationFactory?.Invoke(this) as TranscriptionRequest;
        var request = raw is null
            ? new TranscriptionRequest(FileOf(audio), options?.ModelId ?? model)
            : raw with { File = raw.File ?? FileOf(audio), Model = raw.Model.Length > 0 ? raw.Model : options?.ModelId ?? model };
        return request with { Language = request.Language ?? options?.SpeechLanguage };
    }

    private SpeechToTextResponse Of(string? text, object raw, SpeechToTextOptions? options, UsageDetails? usage = null) =>
        new(text ?? "") { ModelId = options?.ModelId ?? model, RawRepresentation = raw, Usage = usage };

    private SpeechToTextResponseUpdate Of(TranscriptionStreamEvent told, SpeechToTextOptions? options)
    {
        var update = new SpeechToTextResponseUpdate { ModelId = options?.ModelId ?? model, RawRepresentation = told, Kind = SpeechToTextResponseUpdateKind.TextUpdating };
        switch (told)
        {
            case TranscriptTextDeltaEvent delta:
                update.Contents.Add(new TextContent(delta.Delta));
                break;
            case TranscriptTextSegmentEvent segment:
                update.Contents.Add(new TextContent(segment.Text));
                update.StartTime = TimeSpan.FromSeconds(segment.Start);
                update.EndTime = TimeSpan.FromSeconds(segment.End);
                break;
            case TranscriptTextDoneEvent done:
                // The whole text again would double it for who puts updates together.
                update.Kind = SpeechToTextResponseUpdateKind.TextUpdated;
                if (UsageOf(done.Usage) is { } usage)
                {
                    update.Contents.Add(new UsageContent(usage));
                }

                break;
        }

        return update;
    }
}
