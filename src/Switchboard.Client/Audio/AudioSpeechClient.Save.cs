using System.Runtime.CompilerServices;
using Switchboard.Protocol.Audio;

namespace Switchboard.Client.Audio;

public sealed partial class AudioSpeechClient
{
    /// <summary>Speaks a text into a file.</summary>
    /// <param name="request">The request. Without a format it is the one of the file's extension: <c>.mp3</c>, <c>.opus</c>, <c>.aac</c>, <c>.flac</c>, <c>.wav</c> or <c>.pcm</c>.</param>
    /// <param name="path">The file, in place of one of that name. The sizes in a WAV file's head are set right.</param>
    /// <param name="options">What this call does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How the answer came.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<ApiResult> SaveAsync(SpeechRequest request, string path, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(path);

        // Asked for as events, the answer would be their text.
        var content = await CreateAsync(request with { ResponseFormat = request.ResponseFormat ?? FormatOf(path), StreamFormat = null }, options, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        await content.SaveAsync(path, cancellationToken).ConfigureAwait(false);
        return content.Result;
    }

    /// <summary>Speaks a text, and gives the sound piece by piece as it is made: <see cref="StreamAsync(SpeechRequest, CallOptions?, CancellationToken)"/> without what is around it. For models that stream events; others are read with <see cref="ApiContent.Stream"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">What this call does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAudioAsync(SpeechRequest request, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        SoundOf(StreamAsync(request, options, cancellationToken), cancellationToken);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> SoundOf(ApiStream<SpeechStreamEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (item is SpeechAudioDeltaEvent { Audio: var audio })
            {
                yield return audio;
            }
        }
    }

    private static SpeechRequestResponseFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".mp3" => SpeechRequestResponseFormat.Mp3,
        ".opus" or ".ogg" => SpeechRequestResponseFormat.Opus,
        ".aac" => SpeechRequestResponseFormat.Aac,
        ".flac" => SpeechRequestResponseFormat.Flac,
        ".wav" => SpeechRequestResponseFormat.Wav,
        ".pcm" => SpeechRequestResponseFormat.Pcm,
        _ => default(SpeechRequestResponseFormat?),
    };
}
