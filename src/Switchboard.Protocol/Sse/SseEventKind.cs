namespace Switchboard.Protocol.Sse;

/// <summary>What an event says to a client of a model's stream.</summary>
public enum SseEventKind
{
    /// <summary>Data to be read; whether it is JSON shows then.</summary>
    Data,

    /// <summary>The <c>[DONE]</c> that ends a stream of completions.</summary>
    Done,

    /// <summary>A fault of the server's: its data tells more, if there is any.</summary>
    Error,

    /// <summary>No data; to be passed over.</summary>
    Empty,

    /// <summary>The stream ended in the middle of this event: what is there is not all.</summary>
    Truncated,
}
