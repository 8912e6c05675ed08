using System.IO.Pipelines;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Client.Transport;

/// <summary>An open stream of events.</summary>
internal sealed class EventConnection : IAsyncDisposable
{
    // A stream that waits for its next event holds no buffer meanwhile.
    private static readonly StreamPipeReaderOptions s_pipe = new(bufferSize: 16 * 1024, minimumReadSize: 1024, useZeroByteReads: true);
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(2);

    private readonly ApiCall _call;
    private readonly AnswerStream _stream;
    private readonly PipeReader _pipe;
    private bool _isAtEnd;

    private EventConnection(ApiCall call, ApiResult result, AnswerStream stream)
    {
        _call = call;
        _stream = stream;
        _pipe = PipeReader.Create(stream, s_pipe);
        Result = result;
        Events = new SseReader(_pipe);
    }

    public ApiResult Result { get; }

    public SseReader Events { get; }

    /// <summary>Opens the stream of an answer whose head is there.</summary>
    /// <exception cref="ApiResponseException">The answer is no stream.</exception>
    public static async ValueTask<EventConnection> OpenAsync(ApiCall call, Exchange exchange, CancellationToken cancellationToken)
    {
        if (exchange.ContentType is { } type && !type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            // A page, or the whole answer at once: not what was asked for, and maybe an error.
            using var body = await exchange.ReadBodyAsync(cancellationToken).ConfigureAwait(false);
            exchange.Parse(RawPayload.Instance, body.WrittenSpan);
            throw new ApiResponseException(
                $"{call.Name} was answered with {type} instead of a stream of events.",
                exchange.Response,
                body.WrittenSpan[..Math.Min(body.Length, ApiError.LongestBody)].ToArray());
        }

        var stream = await exchange.Response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return new EventConnection(call, exchange.Result(), new AnswerStream(stream, call, exchange.Keep(), CancellationToken.None));
    }

    /// <summary>The stream has said its last: the connection may be used again.</summary>
    public void End() => _isAtEnd = true;

    public ValueTask DisposeAsync()
    {
        Events.Dispose();

        // What is left after the end is a few bytes of framing. They are read in the background, so that the connection can be used again.
        return _isAtEnd ? EndAsync() : CloseAsync();
    }

    private ValueTask EndAsync()
    {
        _ = DrainAsync();
        return ValueTask.CompletedTask;
    }

    private async Task DrainAsync()
    {
        using var deadline = new CancellationTokenSource(s_drainTime, _call.Client.TimeProvider);
        try
        {
            while (await _pipe.ReadAsync(deadline.Token).ConfigureAwait(false) is { IsCompleted: false } read)
            {
                _pipe.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or ApiException or IOException)
        {
            // The connection is of no more use; the answer was whole.
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask CloseAsync()
    {
        await _pipe.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Reads any JSON, to see whether it is some.</summary>
    private sealed class RawPayload : PayloadReader<Switchboard.Protocol.Json.RawJson>
    {
        public static readonly RawPayload Instance = new();

        public override Switchboard.Protocol.Json.RawJson Read(ReadOnlySpan<byte> utf8Json) => Switchboard.Protocol.Json.RawJson.Parse(utf8Json);
    }
}
