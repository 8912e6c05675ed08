using System.Net.WebSockets;
using System.Text;
using Switchboard.Client;
using Switchboard.Client.Transport;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>Gives one scripted socket after another; null is a failure to connect.</summary>
internal sealed class ScriptedSource(params ScriptedSocket?[] sockets) : ISocketSource
{
    private int _next;

    public string Name => "/realtime";

    /// <summary>What the hook was told: the attempt and its cause.</summary>
    public List<(int Attempt, ApiException Cause)> Asked { get; } = [];

    /// <summary>What the hook has sent first.</summary>
    public string? First { get; init; }

    /// <summary>The hook's own fault.</summary>
    public Exception? Fault { get; init; }

    public bool GivesUp { get; init; }

    public Task<WebSocket> ConnectAsync(bool again, CancellationToken cancellationToken)
    {
        Assert.Equal(_next > 0, again);
        return sockets[_next++] is { } socket ? Task.FromResult<WebSocket>(socket) : throw new ApiConnectionException("refused");
    }

    public ValueTask<IReadOnlyList<PooledBuffer>?> PrepareAsync(int attempt, ApiException cause, CancellationToken cancellationToken)
    {
        Asked.Add((attempt, cause));
        return Fault is not null ? throw Fault : new(GivesUp ? null : First is null ? [] : [Message(First)]);
    }

    public static PooledBuffer Message(string text)
    {
        var message = new PooledBuffer();
        message.Write(Encoding.UTF8.GetBytes(text));
        return message;
    }
}
