using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Responses.Requests;

namespace Switchboard.Gateway.Conversations;

/// <summary>What was said in a conversation as people read it.</summary>
/// <param name="Item">The item as it is kept.</param>
/// <param name="Type">What it is: <c>message</c>, <c>function_call</c> …</param>
/// <param name="Role">Who says it: <c>user</c>, <c>assistant</c> …; null for what is no message.</param>
/// <param name="Text">Its text; null for what has none.</param>
/// <param name="Status"><c>completed</c>, or <c>incomplete</c> for an answer that came to the limit of its tokens; null where that is not told.</param>
public sealed record ConversationMessage(ConversationItem Item, string Type, string? Role, string? Text, string? Status)
{
    /// <summary>Reads an item.</summary>
    public static ConversationMessage Of(ConversationItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        using var document = JsonDocument.Parse(item.Json, RequestReader.DocumentOptions);
        var root = document.RootElement;
        var content = root.Find("content"u8) ?? root.Find("output"u8);
        return new ConversationMessage(item, Word(root, "type"u8) ?? "", Word(root, "role"u8), content is { } given ? TextOf(given) : null, Word(root, "status"u8));
    }

    private static string? TextOf(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return Sound(content);
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var part in content.EnumerateArray())
        {
            if ((ResponsesParts.TextOf(part) ?? part.Find("refusal"u8)) is { ValueKind: JsonValueKind.String } said)
            {
                text.Append(Sound(said));
            }
        }

        return text.ToString();
    }

    private static string? Word(JsonElement root, ReadOnlySpan<byte> name) => root.Find(name) is { ValueKind: JsonValueKind.String } value ? Sound(value) : null;

    // A provider may have ended its answer in the middle of an escaped pair.
    private static string Sound(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return LoneSurrogates.Replace(text.Escaped());
        }
    }
}
