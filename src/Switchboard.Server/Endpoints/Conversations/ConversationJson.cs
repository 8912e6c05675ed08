using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Conversations;

namespace Switchboard.Server.Endpoints.Conversations;

/// <summary>The JSON of conversations and of what was said in them.</summary>
internal static class ConversationJson
{
    /// <summary>Writes the members of a conversation.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Conversation conversation)
    {
        var id = ConversationIds.ToUuid(conversation.Id);
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "conversation"u8);
        json.WriteString("conversation_id"u8, id);
        json.WriteString("title"u8, conversation.Title);
        json.WriteString("model"u8, conversation.Model);
        json.WriteString("system_prompt"u8, conversation.SystemPrompt);
        json.WriteNumber("turns"u8, conversation.Turns);
        json.WriteNumber("total_tokens"u8, conversation.Tokens);
        json.WriteNumber("total_cost"u8, conversation.Cost / (decimal)CallCost.NanoDollars);
        json.WriteString("created_at"u8, Time(conversation.CreatedAt));
        json.WriteString("updated_at"u8, Time(conversation.UpdatedAt));
    }

    /// <summary>Writes a conversation.</summary>
    public static void Write(Utf8JsonWriter json, Conversation conversation)
    {
        json.WriteStartObject();
        WriteMembers(json, conversation);
        json.WriteEndObject();
    }

    /// <summary>Writes something that was said.</summary>
    public static void Write(Utf8JsonWriter json, ConversationItem item)
    {
        var message = ConversationMessage.Of(item);
        json.WriteStartObject();
        json.WriteString("id"u8, item.Id);
        json.WriteString("object"u8, "conversation.message"u8);
        json.WriteNumber("turn"u8, item.Turn);
        json.WriteString("type"u8, message.Type);
        json.WriteString("role"u8, message.Role);
        json.WriteString("content"u8, message.Text);
        json.WriteString("status"u8, message.Status);
        json.WriteString("timestamp"u8, Time(item.CreatedAt));
        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture);
}
