using System.Net;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>
/// A call's body as the content of the upstream request: the same bytes, with the edits of the call and of the
/// provider in their places. Nothing is copied or written anew.
/// </summary>
/// <remarks>
/// The body belongs to the caller, and a server may answer before it has read all of it. <see cref="ReleaseAsync"/>
/// waits until nothing reads the body any more; no outcome may be returned before.
/// </remarks>
internal sealed class RequestContent : HttpContent
{
    /// <summary>What every such body is.</summary>
    public const string MediaType = "application/json";

    private readonly Lock _gate = new();
    private readonly ReadOnlyMemory<byte>[] _pieces;
    private readonly long _length;
    private Task _writing = Task.CompletedTask;

    /// <summary>A body with these edits.</summary>
    public RequestContent(ReadOnlyMemory<byte> body, BodyEdits edits)
    {
        _pieces = edits.IsEmpty ? [body] : edits.Over(body);
        _length = body.Length + edits.Growth;
    }

    /// <summary>The body, piece after piece; some may be empty.</summary>
    public ReadOnlySpan<ReadOnlyMemory<byte>> Pieces => _pieces;

    /// <summary>How many bytes it has.</summary>
    public long Length => _length;

    /// <summary>Waits until no write of the body is under way. Only after the request has ended.</summary>
    public Task ReleaseAsync()
    {
        lock (_gate)
        {
            return _writing;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            // A request may be sent again on another connection while the first write is still failing.
            _writing = _writing.IsCompleted ? written.Task : Task.WhenAll(_writing, written.Task);
        }

        try
        {
            foreach (var piece in _pieces)
            {
                if (!piece.IsEmpty)
                {
                    await stream.WriteAsync(piece, cancellationToken);
                }
            }
        }
        finally
        {
            written.SetResult();
        }
    }
}
