using System.Net;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Relay;

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
    private readonly Lock _gate = new();
    private readonly ReadOnlyMemory<byte>[] _pieces;
    private readonly long _length;
    private Task _writing = Task.CompletedTask;

    /// <summary>The body of a call, for a provider that has the model under this name.</summary>
    public RequestContent(GatewayCall call, string model)
        : this(call.Body, EditsOf(call, model))
    {
    }

    /// <summary>A body with these edits.</summary>
    public RequestContent(ReadOnlyMemory<byte> body, BodyEdits edits)
    {
        _pieces = edits.IsEmpty ? [body] : edits.Over(body);
        _length = body.Length + edits.Growth;
        Headers.TryAddWithoutValidation("Content-Type", "application/json");
    }

    /// <summary>The edits of a call, and the model's name where the provider has another for it. More may be added.</summary>
    public static BodyEdits EditsOf(GatewayCall call, string model, ExtensionHandling extensions = ExtensionHandling.Pass)
    {
        var edits = extensions == ExtensionHandling.Drop && !call.Body.IsEmpty && call.Operation != ApiOperation.Other
            ? ExtensionMembers.LeaveOut(call)
            : new BodyEdits(call.Edits);
        if (model.Length > 0 && (model != call.Facts.Model || !call.Facts.HasModel))
        {
            Rename(edits, call, model);
        }

        return edits;
    }

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

    private static void Rename(BodyEdits edits, GatewayCall call, string model)
    {
        var (start, length) = call.Facts.ModelSpan.GetOffsetAndLength(call.Body.Length);
        if (length == 0)
        {
            edits.AddMember(call.Body.Span, "model", BodyEdits.Quote(model));
        }
        else
        {
            edits.Replace(start, length, BodyEdits.Quote(model));
        }
    }
}
