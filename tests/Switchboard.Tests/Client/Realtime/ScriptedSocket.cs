using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>A websocket without a wire, whose sends pass when the test says so.</summary>
internal sealed class ScriptedSocket : WebSocket
{
    private readonly Channel<Task> _gates = Channel.CreateUnbounded<Task>();
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private (int Code, string? Reason)? _close;

    /// <summary>What was sent whole.</summary>
    public Channel<string> Sent { get; } = Channel.CreateUnbounded<string>();

    public override WebSocketCloseStatus? CloseStatus => (WebSocketCloseStatus?)_close?.Code;

    public override string? CloseStatusDescription => _close?.Reason;

    public override WebSocketState State => WebSocketState.Open;

    public override string? SubProtocol => null;

    /// <summary>Lets one send pass, or fail.</summary>
    public void Pass(bool breaks = false) => _gates.Writer.TryWrite(breaks ? Task.FromException(new WebSocketException("broken pipe")) : Task.CompletedTask);

    /// <summary>Lets all sends pass from now on.</summary>
    public void PassAll() => _gates.Writer.TryComplete();

    public void Say(string json) => _events.Writer.TryWrite(json);

    public void CloseBy(int code, string? reason = null)
    {
        _close = (code, reason);
        _events.Writer.TryComplete();
    }

    public override async Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        if (await _gates.Reader.WaitToReadAsync(cancellationToken) && _gates.Reader.TryRead(out var gate))
        {
            await gate;
        }

        Sent.Writer.TryWrite(Encoding.UTF8.GetString(buffer));
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        if (!await _events.Reader.WaitToReadAsync(cancellationToken))
        {
            return new WebSocketReceiveResult(0, WebSocketMessageType.Close, true, CloseStatus, CloseStatusDescription);
        }

        var bytes = Encoding.UTF8.GetBytes(await _events.Reader.ReadAsync(cancellationToken));
        bytes.CopyTo(buffer.AsSpan());
        return new WebSocketReceiveResult(bytes.Length, WebSocketMessageType.Text, true);
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        CloseBy((int)closeStatus);
        return Task.CompletedTask;
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override void Abort()
    {
        _gates.Writer.TryComplete();
        _events.Writer.TryComplete(new WebSocketException("aborted"));
    }

    public override void Dispose() => Abort();
}
