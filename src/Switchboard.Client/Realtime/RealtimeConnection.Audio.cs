using System.Buffers;
using System.Runtime.CompilerServices;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Realtime;

namespace Switchboard.Client.Realtime;

/// <content>Sound in and out, in the formats of the session: by default 24 kHz mono of 16 bits, little-endian.</content>
public sealed partial class RealtimeConnection
{
    private const int LargestAppend = 1024 * 1024;

    /// <summary>Adds sound to what the server hears, of any length.</summary>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public async ValueTask AppendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        while (!audio.IsEmpty)
        {
            var part = audio[..Math.Min(audio.Length, LargestAppend)];
            if (_options.IsTranslation)
            {
                await SendAsync(new RealtimeTranslationInputAudioBufferAppendClientEvent(part), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await SendAsync(new RealtimeInputAudioBufferAppendClientEvent(part), cancellationToken).ConfigureAwait(false);
            }

            audio = audio[part.Length..];
        }
    }

    /// <summary>Adds sound from a stream, up to its end: a microphone, a file without its header.</summary>
    /// <param name="audio">The stream. It stays open.</param>
    /// <param name="chunkBytes">How many bytes are read and sent at a time, at most; 9600 by default, which is a fifth of a second of PCM.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chunk is not above zero.</exception>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public async Task AppendAudioAsync(Stream audio, int chunkBytes = 9600, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkBytes);
        var chunk = ArrayPool<byte>.Shared.Rent(chunkBytes);
        try
        {
            while (await audio.ReadAsync(chunk.AsMemory(0, chunkBytes), cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                await AppendAudioAsync(chunk.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Makes what was heard the user's turn. With turn detection the server does this itself.</summary>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask CommitAudioAsync(CancellationToken cancellationToken = default) => SendAsync(new RealtimeInputAudioBufferCommitClientEvent(), cancellationToken);

    /// <summary>Forgets what was heard since the last turn.</summary>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask ClearAudioAsync(CancellationToken cancellationToken = default) => SendAsync(new RealtimeInputAudioBufferClearClientEvent(), cancellationToken);

    /// <summary>What the model says until its answer is done, or the translation is closed; other events on the way are passed over.</summary>
    /// <param name="cancellationToken">Ends the loop; the session goes on.</param>
    /// <exception cref="ApiStreamException">An error event came.</exception>
    /// <inheritdoc cref="ReceiveAsync" path="/exception"/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReceiveAudioAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var serverEvent in ReceiveAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (serverEvent)
            {
                case RealtimeResponseAudioDeltaEvent delta:
                    yield return delta.Delta;
                    break;
                case RealtimeTranslationSessionOutputAudioDeltaEvent delta:
                    yield return delta.Delta;
                    break;
                case RealtimeErrorEvent error:
                    throw new ApiStreamException(ApiError.Read(WireJson.SerializeToUtf8Bytes(error)), requestId: null);
                case RealtimeResponseDoneEvent or RealtimeTranslationSessionClosedEvent:
                    yield break;
            }
        }
    }

    /// <summary>Writes what the model says into a stream, until its answer is done.</summary>
    /// <returns>How many bytes it was.</returns>
    /// <inheritdoc cref="ReceiveAudioAsync" path="/exception"/>
    public async Task<long> CopyAudioToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var total = 0L;
        await foreach (var audio in ReceiveAudioAsync(cancellationToken).ConfigureAwait(false))
        {
            await destination.WriteAsync(audio, cancellationToken).ConfigureAwait(false);
            total += audio.Length;
        }

        return total;
    }
}
