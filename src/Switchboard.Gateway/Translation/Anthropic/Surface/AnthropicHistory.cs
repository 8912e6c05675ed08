using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>
/// What another provider left in a conversation that goes on with a model of Anthropic's: thinking without a signature,
/// reasoning that only that provider can read, and ids of tool calls in letters that Anthropic does not take. It
/// refuses the whole request for any of these, for good, because they stay in the conversation.
/// </summary>
internal static class AnthropicHistory
{
    /// <summary>How the request is mended; null where there is nothing to mend.</summary>
    /// <param name="body">The request.</param>
    /// <param name="request">The same, parsed where it lies.</param>
    public static BodyEdits? MendingOf(ReadOnlySpan<byte> body, JsonElement request)
    {
        if (request.Find("messages"u8) is not { ValueKind: JsonValueKind.Array } messages)
        {
            return null;
        }

        try
        {
            var edits = new BodyEdits();
            LeaveOut(body, messages, IsForeignMessage, edits);
            return edits.IsEmpty ? null : edits;
        }
        catch (InvalidOperationException)
        {
            // Text that escapes half a character: Anthropic says what it thinks of that.
            return null;
        }
    }

    // An element goes with the comma before it; where none stays before it, with what is between it and the next.
    private static void LeaveOut(ReadOnlySpan<byte> body, JsonElement array, Func<JsonElement, bool> isForeign, BodyEdits edits)
    {
        JsonElement[] elements = [.. array.EnumerateArray()];
        var hasKept = false;
        for (var i = 0; i < elements.Length; i++)
        {
            if (!isForeign(elements[i]))
            {
                hasKept = true;
                Mend(body, elements[i], edits);
            }
            else if (hasKept)
            {
                var start = RangeOf(body, elements[i - 1]).End.Value;
                edits.Cut(start, RangeOf(body, elements[i]).End.Value - start);
            }
            else if (i + 1 < elements.Length)
            {
                var start = RangeOf(body, elements[i]).Start.Value;
                edits.Cut(start, RangeOf(body, elements[i + 1]).Start.Value - start);
            }
        }
    }

    // A message's blocks, or the id in a block.
    private static void Mend(ReadOnlySpan<byte> body, JsonElement element, BodyEdits edits)
    {
        if (element.Find("content"u8) is { ValueKind: JsonValueKind.Array } blocks && element.Find("role"u8) is not null)
        {
            LeaveOut(body, blocks, IsForeignBlock, edits);
        }
        else if (IdOf(element) is { ValueKind: JsonValueKind.String } id && AnthropicToolIds.Of(id.GetString()!) is var taken && !id.ValueEquals(taken))
        {
            edits.Replace(RangeOf(body, id), BodyEdits.Quote(taken));
        }
    }

    private static JsonElement? IdOf(JsonElement block) => block.Text("type"u8) switch
    {
        "tool_use" => block.Find("id"u8),
        "tool_result" => block.Find("tool_use_id"u8),
        _ => null,
    };

    // Nothing would be left of it, and a message without content is refused as well.
    private static bool IsForeignMessage(JsonElement message) =>
        message.Find("content"u8) is { ValueKind: JsonValueKind.Array } blocks && blocks.GetArrayLength() > 0 && blocks.EnumerateArray().All(IsForeignBlock);

    private static bool IsForeignBlock(JsonElement block) => block.Text("type"u8) switch
    {
        "thinking" => block.Escaped("signature"u8).IsEmpty,
        "redacted_thinking" => KeptReasoning.IsKept(block.Text("data"u8)),
        _ => false,
    };

    private static Range RangeOf(ReadOnlySpan<byte> body, JsonElement element)
    {
        var raw = element.Raw();
        body.Overlaps(raw, out var start);
        return start..(start + raw.Length);
    }
}
