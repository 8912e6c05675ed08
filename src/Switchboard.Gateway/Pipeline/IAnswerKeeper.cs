namespace Switchboard.Gateway.Pipeline;

/// <summary>Keeps an answer: not what a model said, but what of it was let through to the caller.</summary>
internal interface IAnswerKeeper
{
    /// <summary>Keeps it, before the caller sees the end of it. Whether the caller has left does not matter any more.</summary>
    /// <param name="answer">The answer as its caller sees it, UTF-8 JSON; of a stream that in its last event.</param>
    ValueTask KeepAsync(ReadOnlyMemory<byte> answer);
}
