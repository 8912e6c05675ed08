using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>
/// The items of a request in the one form in which they are kept and read: a text is a message of the user, a message
/// has a list of parts, and every item has a type and an id.
/// </summary>
internal static class InputItems
{
    /// <summary>The type of an item that only names another.</summary>
    public const string Reference = "item_reference";

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What one item of a request is called where it names no id.</summary>
    /// <param name="kind">The prefix of its kind: <c>msg</c>, <c>fc</c> …</param>
    /// <param name="index">Its place in the request.</param>
    public delegate string NameItem(string kind, int index);

    /// <summary>Reads <c>input</c>.</summary>
    /// <param name="input">A text or a list of items.</param>
    /// <param name="member">Its name in the request, for errors.</param>
    /// <param name="name">Names the items.</param>
    /// <param name="error">What is wrong with it.</param>
    public static List<ReadItem> Read(JsonElement input, string member, NameItem name, out GatewayError? error)
    {
        error = null;
        var items = new List<ReadItem>();
        if (input.ValueKind == JsonValueKind.String)
        {
            var id = name("msg", 0);
            items.Add(new ReadItem(id, "message", Write(json => WriteMessage(json, input, "user"u8, id))));
            return items;
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            error = GatewayError.InvalidRequest($"'{member}' must be a string or an array of items.", member, "invalid_type");
            return items;
        }

        foreach (var item in input.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || KindOf(item) is not { } kind)
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"{member}[{items.Count}]");
                error = GatewayError.InvalidRequest($"'{path}' must be an item: an object with a 'type', or with 'role' and 'content'.", path, "invalid_value");
                return items;
            }

            var own = item.Text("id"u8) ?? name(kind, items.Count);
            items.Add(new ReadItem(own, item.Text("type"u8) ?? (kind == "msg" ? "message" : Reference), Write(json => WriteItem(json, item, own))));
        }

        return items;
    }

    // The prefix of the kind's ids; null for what is no item.
    private static string? KindOf(JsonElement item) => item.Text("type"u8) switch
    {
        null or "message" when item.Find("role"u8) is { ValueKind: JsonValueKind.String } => "msg",
        null when item.Find("id"u8) is not null => "ref",
        null or "message" => null,
        "function_call" => "fc",
        "function_call_output" => "fco",
        "custom_tool_call" => "ctc",
        "custom_tool_call_output" => "ctco",
        "reasoning" => "rs",
        _ => "item",
    };

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteItem(Utf8JsonWriter json, JsonElement item, string id)
    {
        var type = item.Text("type"u8);
        if (type is "message" || (type is null && item.Find("role"u8) is not null))
        {
            WriteMessage(json, item, id);
            return;
        }

        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, type ?? Reference);
        WriteOthers(json, item);
        json.WriteEndObject();
    }

    private static void WriteOthers(Utf8JsonWriter json, JsonElement item)
    {
        foreach (var member in item.EnumerateObject())
        {
            if (!member.NameEquals("id"u8) && !member.NameEquals("type"u8))
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }
    }

    private static void WriteMessage(Utf8JsonWriter json, JsonElement message, string id)
    {
        if (message.Find("content"u8) is { ValueKind: JsonValueKind.String } text)
        {
            WriteMessage(json, text, message.Find("role"u8)!.Value.Utf8(), id);
            return;
        }

        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "message"u8);
        if (message.Find("status"u8) is null)
        {
            json.WriteString("status"u8, "completed"u8);
        }

        WriteOthers(json, message);
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, JsonElement text, ReadOnlySpan<byte> role, string id)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("status"u8, "completed"u8);
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        if (role.SequenceEqual("assistant"u8))
        {
            json.WriteString("type"u8, "output_text"u8);
            json.WriteStartArray("annotations"u8);
            json.WriteEndArray();
            json.WriteStartArray("logprobs"u8);
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("type"u8, "input_text"u8);
        }

        json.WriteRaw("text"u8, text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("role"u8, role);
        json.WriteEndObject();
    }
}

/// <summary>An item as it is kept and read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">What it is.</param>
/// <param name="Json">The item, UTF-8 JSON.</param>
internal readonly record struct ReadItem(string Id, string Type, ReadOnlyMemory<byte> Json);
