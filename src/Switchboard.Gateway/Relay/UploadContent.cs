using System.Net;
using System.Runtime.ExceptionServices;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>A caller's body as the content of the upstream request, passed on as it comes.</summary>
/// <remarks>
/// The body is the caller's connection, which ends with the call: <see cref="ReleaseAsync"/> waits until nothing reads it
/// any more.
/// </remarks>
internal sealed class UploadContent : HttpContent
{
    private const int BufferBytes = 64 * 1024;

    private readonly UploadBody _body;
    private readonly CancellationTokenSource _release = new();
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    /// <summary>Ends the passing on, and waits for its end. Only after the request has ended.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (Interlocked.Exchange(ref _isSent, 1) != 0)
        {
            await _release.CancelAsync();
            await _sent.Task;
        }
    }

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

        _body.IsBegun = true;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _release.Token);
            await CopyAsync(stream, either.Token);
        }
        finally
        {
            _sent.SetResult();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _release.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task CopyAsync(Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);

            // The connection would keep a few kilobytes until more come.
            await to.FlushAsync(cancellationToken);
        }
    }

    // A fault of the caller's must not be taken for one of the provider's.
    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            CallerFault = ExceptionDispatchInfo.Capture(fault);
            throw;
        }
    }
}
