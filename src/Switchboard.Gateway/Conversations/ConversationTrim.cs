using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Conversations;

/// <summary>Decides how much of a conversation the model reads: its last turns, whole, as many as there is room for.</summary>
internal static class ConversationTrim
{
    /// <summary>Cuts the beginning off.</summary>
    /// <param name="items">What was said, the oldest first.</param>
    /// <param name="turns">The most turns.</param>
    /// <param name="tokens">The most tokens, as they are estimated; null for as many as there are.</param>
    /// <returns>What is left. It never begins with the answer of a tool whose call is cut off.</returns>
    public static IReadOnlyList<ConversationItem> Keep(IReadOnlyList<ConversationItem> items, int turns, int? tokens)
    {
        var start = StartOf(items, turns, tokens ?? int.MaxValue);
        while (start < items.Count && HasLooseAnswer(items, start))
        {
            start = NextTurn(items, start);
        }

        return start == 0 ? items : [.. items.Skip(start)];
    }

    private static int StartOf(IReadOnlyList<ConversationItem> items, int turns, long room)
    {
        var start = items.Count;
        while (start > 0 && turns-- > 0)
        {
            var first = FirstOfTurn(items, start - 1);
            for (var i = first; i < start; i++)
            {
                room -= TokenEstimate.Of(items[i].Json.Span);
            }

            if (room < 0)
            {
                break;
            }

            start = first;
        }

        return start;
    }

    private static int FirstOfTurn(IReadOnlyList<ConversationItem> items, int index)
    {
        while (index > 0 && items[index - 1].Turn == items[index].Turn)
        {
            index--;
        }

        return index;
    }

    private static int NextTurn(IReadOnlyList<ConversationItem> items, int start)
    {
        var turn = items[start].Turn;
        while (start < items.Count && items[start].Turn == turn)
        {
            start++;
        }

        return start;
    }

    private static bool HasLooseAnswer(IReadOnlyList<ConversationItem> items, int start)
    {
        var calls = new HashSet<string>(StringComparer.Ordinal);
        for (var i = start; i < items.Count; i++)
        {
            using var item = JsonDocument.Parse(items[i].Json, RequestReader.DocumentOptions);
            if (item.RootElement.Text("call_id"u8) is not { } call)
            {
                continue;
            }

            if (item.RootElement.Text("type"u8)?.EndsWith("_output", StringComparison.Ordinal) is not true)
            {
                calls.Add(call);
            }
            else if (!calls.Contains(call))
            {
                return true;
            }
        }

        return false;
    }
}
