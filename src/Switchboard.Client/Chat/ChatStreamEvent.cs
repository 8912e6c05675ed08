using Switchboard.Client.Helpers;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

/// <summary>Something that happened in a streamed chat completion. A closed set: the records of this file.</summary>
/// <remarks>
/// What an event says of the text so far is read from the accumulator when it is asked for: read it on the thread that reads the stream.
/// </remarks>
public abstract record ChatStreamEvent
{
    private protected ChatStreamEvent()
    {
    }
}

/// <summary>More of a choice's text.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Delta">The new text.</param>
public sealed record ChatContentDelta(int Choice, string Delta) : ChatStreamEvent
{
    internal TextSoFar Text { get; init; }

    /// <summary>The choice's text up to and with this piece.</summary>
    public string Snapshot => Text.ToString();

    /// <summary>The text as JSON that is still arriving, for structured outputs. It goes on with the stream.</summary>
    public PartialJson Json => Text.Json;
}

/// <summary>More of a refusal.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Delta">The new text.</param>
public sealed record ChatRefusalDelta(int Choice, string Delta) : ChatStreamEvent
{
    internal TextSoFar Text { get; init; }

    /// <summary>The refusal up to and with this piece.</summary>
    public string Snapshot => Text.ToString();
}

/// <summary>More of the model's reasoning, from servers that send it as <c>reasoning_content</c> or <c>reasoning</c>.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Delta">The new text.</param>
public sealed record ChatReasoningDelta(int Choice, string Delta) : ChatStreamEvent
{
    internal TextSoFar Text { get; init; }

    /// <summary>The reasoning up to and with this piece.</summary>
    public string Snapshot => Text.ToString();
}

/// <summary>More of a tool call: its beginning, or more of its arguments (of a custom tool's input).</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Index">The call's place among the choice's calls.</param>
/// <param name="Id">The call's id; empty while none has come.</param>
/// <param name="Name">The tool's name as far as it has come.</param>
/// <param name="Delta">The new text of the arguments; may be empty.</param>
public sealed record ChatToolCallDelta(int Choice, int Index, string Id, string Name, string Delta) : ChatStreamEvent
{
    internal TextSoFar Text { get; init; }

    /// <summary>The arguments up to and with this piece.</summary>
    public string Snapshot => Text.ToString();

    /// <summary>The arguments as JSON that is still arriving. It goes on with the stream.</summary>
    public PartialJson Json => Text.Json;
}

/// <summary>A tool call is whole: nothing more of it follows.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Index">The call's place among the choice's calls.</param>
/// <param name="Call">The call.</param>
public sealed record ChatToolCallDone(int Choice, int Index, ChatToolCall Call) : ChatStreamEvent;

/// <summary>More log probabilities.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Content">Those of the new tokens of the text; may be empty.</param>
/// <param name="Refusal">Those of the new tokens of the refusal; may be empty.</param>
public sealed record ChatLogprobsDelta(int Choice, IReadOnlyList<ChatTokenLogprob> Content, IReadOnlyList<ChatTokenLogprob> Refusal) : ChatStreamEvent;

/// <summary>More of the spoken answer.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Data">The new bytes; may be empty.</param>
/// <param name="Transcript">The new text of the transcript; may be empty.</param>
public sealed record ChatAudioDelta(int Choice, ReadOnlyMemory<byte> Data, string Transcript) : ChatStreamEvent;

/// <summary>A choice's text is whole.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Content">The text.</param>
public sealed record ChatContentDone(int Choice, string Content) : ChatStreamEvent;

/// <summary>A choice's refusal is whole.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Refusal">The refusal.</param>
public sealed record ChatRefusalDone(int Choice, string Refusal) : ChatStreamEvent;

/// <summary>A choice has come to its end.</summary>
/// <param name="Choice">The choice's index.</param>
/// <param name="Reason">Why the model stopped.</param>
public sealed record ChatChoiceDone(int Choice, ChatFinishReason Reason) : ChatStreamEvent;

/// <summary>The tokens used so far; some servers say so in every chunk, others once at the end, and only when asked to.</summary>
/// <param name="Usage">The tokens.</param>
public sealed record ChatUsageUpdate(CompletionUsage Usage) : ChatStreamEvent;

/// <summary>The stream has ended, and nothing is missing: the last event.</summary>
/// <param name="Completion">What the call without a stream would have answered.</param>
public sealed record ChatCompletionDone(ChatCompletion Completion) : ChatStreamEvent;
