using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Conversations;

/// <summary>The table of responses.</summary>
internal static class ResponseTable
{
    private static readonly JsonDocumentOptions s_reading = new() { MaxDepth = RequestReader.MaxDepth + 2 };
    private static readonly JsonWriterOptions s_writing = new() { MaxDepth = 0, SkipValidation = true };

    public static Sql Find(string tenant, string id, DateTimeOffset since) =>
        $"SELECT id, json, input, output, previous_id, conversation_id, used_at FROM stored_response WHERE tenant = {tenant} AND id = {id} AND used_at >= {since}";

    public static Sql Insert(string tenant, StoredResponse response, DateTimeOffset now) =>
        $"""
        INSERT INTO stored_response (tenant, id, json, input, output, previous_id, conversation_id, size, used_at)
        VALUES ({tenant}, {response.Id}, {response.Json.ToArray()}, {Pack(response.Input)}, {Pack(response.Output)}, {response.PreviousId}, {response.ConversationId}, {response.Size}, {now})
        ON CONFLICT (tenant, id) DO NOTHING
        """;

    public static UsedResponse Map(SqlRow row) => new(
        new StoredResponse(row.Text(0), row.Bytes(1), Unpack(row.Bytes(2)), Unpack(row.Bytes(3)))
        {
            PreviousId = row.OptionalText(4),
            ConversationId = row.OptionalText(5),
        },
        row.Time(6));

    private static byte[] Pack(ImmutableArray<StoredItem> items)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, s_writing))
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                json.WriteStartArray();
                json.WriteStringValue(item.Id);
                json.WriteRawValue(item.Json.Span, skipInputValidation: true);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static ImmutableArray<StoredItem> Unpack(byte[] packed)
    {
        using var items = JsonDocument.Parse(packed, s_reading);
        return [.. items.RootElement.EnumerateArray().Select(item => new StoredItem(item[0].GetString()!, JsonMarshal.GetRawUtf8Value(item[1]).ToArray()))];
    }
}

/// <summary>A response and when it was used last.</summary>
internal sealed record UsedResponse(StoredResponse Response, DateTimeOffset UsedAt);
