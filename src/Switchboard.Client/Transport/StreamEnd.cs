using Switchboard.Protocol.BetaResponses;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Transport;

/// <summary>Knows by which event a stream says that its answer is whole: not every server sends <c>[DONE]</c>, and a connection may end anywhere.</summary>
internal static class StreamEnd
{
    /// <summary>Streams of this kind say so.</summary>
    public static bool IsTold<T>() => typeof(T) == typeof(ChatCompletionChunk) || typeof(T) == typeof(ResponseStreamEvent) || typeof(T) == typeof(BetaResponseStreamEvent);

    /// <summary>The event says that its answer is whole.</summary>
    public static bool IsLast<T>(T value) => value switch
    {
        ChatCompletionChunk chunk => HasFinished(chunk),
        ResponseCompletedEvent or ResponseIncompleteEvent or ResponseFailedEvent => true,
        BetaResponseCompletedEvent or BetaResponseIncompleteEvent or BetaResponseFailedEvent => true,
        _ => false,
    };

    private static bool HasFinished(ChatCompletionChunk chunk)
    {
        foreach (var choice in chunk.Choices)
        {
            if (choice.FinishReason is { } reason && reason.ToString().Length > 0)
            {
                return true;
            }
        }

        return false;
    }
}
