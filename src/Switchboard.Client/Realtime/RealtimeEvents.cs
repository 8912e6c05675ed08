using Switchboard.Protocol.Realtime;

namespace Switchboard.Client.Realtime;

/// <summary>What is often asked of a server's event.</summary>
public static class RealtimeEvents
{
    /// <summary>The functions that an answer wants called. Give each its output with <see cref="RealtimeConnection.AddFunctionOutputAsync"/>, then ask for the next answer.</summary>
    public static IEnumerable<RealtimeConversationItemFunctionCall> FunctionCalls(this RealtimeResponseDoneEvent done)
    {
        ArgumentNullException.ThrowIfNull(done);
        return done.Response.Output?.OfType<RealtimeConversationItemFunctionCall>() ?? [];
    }
}
