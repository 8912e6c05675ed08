using System.Net;
using System.Runtime.ExceptionServices;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>A caller's body as the content of the upstream request, passed on as it comes.</summary>
internal sealed class UploadContent : HttpContent
{
    private const int BufferBytes = 64 * 1024;

    private readonly UploadBody _body;
    private int _isSent;

    public UploadContent(UploadBody body)
    {
        _body = body;
        if (body.ContentType is { } type)
        {
            Headers.TryAddWithoutValidation("Content-Type", type);
        }
    }

    /// <summary>What went wrong on the caller's side of the body; null for nothing.</summary>
    public ExceptionDispatchInfo? CallerFault { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length ?? 0;
        return _body.Length is not null;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isSent, 1) != 0)
        {
            throw new IOException("The body was passed on once and is not there any more.");
        }

        var buffer = new byte[BufferBytes];
        while (await ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    // A fault of the caller's must not be taken for one of the provider's.
    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _body.Stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            CallerFault = ExceptionDispatchInfo.Capture(fault);
            throw;
        }
    }
}
