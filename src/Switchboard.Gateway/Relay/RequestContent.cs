using System.Net;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// A call's body as the content of the upstream request: the same bytes, with the model's name put in their place
/// where it differs. Nothing is copied or written anew.
/// </summary>
/// <remarks>
/// The body belongs to the caller, and a server may answer before it has read all of it. <see cref="ReleaseAsync"/>
/// waits until nothing reads the body any more; no outcome may be returned before.
/// </remarks>
internal sealed class RequestContent : HttpContent
{
    private readonly Lock _gate = new();
    private readonly ReadOnlyMemory<byte> _before;
    private readonly ReadOnlyMemory<byte> _name;
    private readonly ReadOnlyMemory<byte> _after;
    private Task _writing = Task.CompletedTask;

    public RequestContent(GatewayCall call, string model)
    {
        _before = call.Body;
        if (model.Length > 0 && model != call.Facts.Model)
        {
            var (start, length) = call.Facts.ModelSpan.GetOffsetAndLength(call.Body.Length);
            _before = call.Body[..start];
            _name = length > 0 ? Quote(model) : [.. "\"model\":"u8, .. Quote(model), (byte)','];
            _after = call.Body[(start + length)..];
        }

        Headers.TryAddWithoutValidation("Content-Type", "application/json");
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
        length = _before.Length + _name.Length + _after.Length;
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
            await stream.WriteAsync(_before, cancellationToken);
            if (!_name.IsEmpty)
            {
                await stream.WriteAsync(_name, cancellationToken);
                await stream.WriteAsync(_after, cancellationToken);
            }
        }
        finally
        {
            written.SetResult();
        }
    }

    private static byte[] Quote(string model)
    {
        var name = JsonEncodedText.Encode(model).EncodedUtf8Bytes;
        var quoted = new byte[name.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        name.CopyTo(quoted.AsSpan(1));
        return quoted;
    }
}
