using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

/// <summary>What a tool loop of chat completions came to.</summary>
public sealed class ChatToolRun
{
    internal ChatToolRun(IReadOnlyList<ToolRound<ChatCompletion>> rounds, IReadOnlyList<ChatMessage> messages, CompletionUsage? usage, ToolLoopEnd end)
    {
        Rounds = rounds;
        Messages = messages;
        Usage = usage;
        End = end;
    }

    /// <summary>The last completion.</summary>
    public ChatCompletion Completion => Rounds[^1].Answer;

    /// <summary>The text of the last completion; null when the model refused, or wanted still more calls.</summary>
    public string? Text => Completion.Choices is [var choice, ..] ? choice.Message?.Content : null;

    /// <summary>Why the loop ended. When it was at a limit, the last message has calls that nobody answered.</summary>
    public ToolLoopEnd End { get; }

    /// <summary>The conversation: the request's messages, all answers and all results.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>The tokens of all requests together; null when the server told none.</summary>
    public CompletionUsage? Usage { get; }

    /// <summary>Each answer with its results, in order.</summary>
    public IReadOnlyList<ToolRound<ChatCompletion>> Rounds { get; }
}
