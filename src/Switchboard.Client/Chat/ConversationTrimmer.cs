using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

/// <summary>Leaves out the oldest turns of a conversation.</summary>
/// <remarks>
/// A turn is a user's message and all that follows it, so calls of tools and their results leave together. System and developer
/// messages stay wherever they stand, and the last turn stays whatever its size.
/// </remarks>
internal static class ConversationTrimmer
{
    /// <summary>The messages that stay.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="maxTurns">Turns that may stay; null for any number.</param>
    /// <param name="maxTokens">Tokens that may stay; null for any number.</param>
    /// <param name="countTokens">The tokens of a message.</param>
    public static List<ChatMessage> Trim(IReadOnlyList<ChatMessage> messages, int? maxTurns, long? maxTokens, Func<ChatMessage, int> countTokens)
    {
        var turnOf = NumberTurns(messages, out var turns);
        var first = maxTurns is { } most ? Math.Max(0, turns - most) : 0;
        if (maxTokens is { } limit)
        {
            var tokens = new long[turns];
            var total = 0L;
            for (var i = 0; i < messages.Count; i++)
            {
                // Those of the instructions count, and cannot be saved.
                if (turnOf[i] is not { } turn)
                {
                    total += countTokens(messages[i]);
                }
                else if (turn >= first)
                {
                    var count = countTokens(messages[i]);
                    tokens[turn] += count;
                    total += count;
                }
            }

            for (; first < turns - 1 && total > limit; first++)
            {
                total -= tokens[first];
            }
        }

        return [.. messages.Where((_, i) => turnOf[i] is not { } turn || turn >= first)];
    }

    // The turn of each message, null for instructions. What an assistant says before the first user is a turn of its own.
    private static int?[] NumberTurns(IReadOnlyList<ChatMessage> messages, out int turns)
    {
        var turnOf = new int?[messages.Count];
        turns = 0;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is SystemMessage or DeveloperMessage)
            {
                continue;
            }

            if (messages[i] is UserMessage || turns == 0)
            {
                turns++;
            }

            turnOf[i] = turns - 1;
        }

        return turnOf;
    }
}
