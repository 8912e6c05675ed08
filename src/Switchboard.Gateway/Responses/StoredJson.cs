using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Responses;

/// <summary>What is told of responses and conversations that are kept.</summary>
internal static class StoredJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>That something is not kept any more.</summary>
    public static ReadOnlyMemory<byte> Deleted(string id, string type) => Write(json =>
    {
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, type);
        json.WriteBoolean("deleted"u8, true);
    });

    /// <summary>A page of items.</summary>
    public static ReadOnlyMemory<byte> List(IReadOnlyList<StoredItem> items, bool hasMore) => Write(json =>
    {
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (var item in items)
        {
            json.WriteRawValue(item.Json.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
        json.WriteString("first_id"u8, items.Count > 0 ? items[0].Id : "");
        json.WriteString("last_id"u8, items.Count > 0 ? items[^1].Id : "");
        json.WriteBoolean("has_more"u8, hasMore);
    });

    /// <summary>A conversation.</summary>
    public static ReadOnlyMemory<byte> Of(Conversation conversation) => Write(json =>
    {
        json.WriteString("id"u8, ConversationIds.ToOpenAI(conversation.Id));
        json.WriteString("object"u8, "conversation"u8);
        json.WriteNumber("created_at"u8, conversation.CreatedAt.ToUnixTimeSeconds());
        json.WritePropertyName("metadata"u8);
        json.WriteRawValue(conversation.Metadata.Span, skipInputValidation: true);
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
