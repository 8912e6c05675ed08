using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Responses.Requests;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>The members of a request that its response repeats, those with what holds where the request does not say them.</summary>
internal sealed class ResponseEcho
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private ResponseEcho(ReadOnlyMemory<byte> members, ResponsesRequestView request)
    {
        _members = members;
        CustomTools = request.CustomTools;
        IncludesEncrypted = request.Includes("reasoning.encrypted_content"u8);
        IncludesLogProbs = request.Includes("message.output_text.logprobs"u8);
    }

    private readonly ReadOnlyMemory<byte> _members;
    private byte[] _model = [];

    /// <summary>The members, raw JSON that begins with a comma.</summary>
    public ReadOnlySpan<byte> Members => _members.Span;

    /// <summary>The model that was asked for, as it stands inside a JSON string.</summary>
    public ReadOnlySpan<byte> Model => _model;

    /// <summary>The tools that take a text.</summary>
    public IReadOnlySet<string> CustomTools { get; }

    /// <summary>Encrypted reasoning is asked for.</summary>
    public bool IncludesEncrypted { get; }

    /// <summary>The probabilities of tokens are asked for.</summary>
    public bool IncludesLogProbs { get; }

    /// <summary>The echo of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model that is asked for.</param>
    /// <param name="conversation">The conversation that it belongs to; null for none.</param>
    public static ResponseEcho Of(ResponsesRequestView request, string model, string? conversation)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            Write(json, request.Root, conversation);
            json.WriteEndObject();
        }

        // Of the object its members, to stand among others; in one line, for that is what an event has.
        var members = new ArrayBufferWriter<byte>(buffer.WrittenCount);
        members.Write(","u8);
        SseJson.Write(members, buffer.WrittenSpan[1..^1]);
        return new ResponseEcho(members.WrittenMemory, request) { _model = JsonEncodedText.Encode(model, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray() };
    }

    private static void Write(Utf8JsonWriter json, JsonElement root, string? conversation)
    {
        if (conversation is not null)
        {
            json.WriteStartObject("conversation"u8);
            json.WriteString("id"u8, conversation);
            json.WriteEndObject();
        }

        Repeat(json, root, "instructions"u8, "null"u8);
        Repeat(json, root, "max_output_tokens"u8, "null"u8);
        Repeat(json, root, "max_tool_calls"u8, "null"u8);
        Repeat(json, root, "parallel_tool_calls"u8, "true"u8);
        Repeat(json, root, "previous_response_id"u8, "null"u8);
        Repeat(json, root, "prompt_cache_key"u8, "null"u8);
        WriteReasoning(json, root.Find("reasoning"u8));
        Repeat(json, root, "safety_identifier"u8, "null"u8);
        Repeat(json, root, "service_tier"u8, "\"default\""u8);
        Repeat(json, root, "store"u8, "true"u8);
        Repeat(json, root, "temperature"u8, "1.0"u8);
        WriteText(json, root.Find("text"u8));
        Repeat(json, root, "tool_choice"u8, "\"auto\""u8);
        WriteTools(json, root.Find("tools"u8));
        Repeat(json, root, "top_logprobs"u8, "0"u8);
        Repeat(json, root, "top_p"u8, "1.0"u8);
        Repeat(json, root, "truncation"u8, "\"disabled\""u8);
        Repeat(json, root, "user"u8, "null"u8);
        Repeat(json, root, "metadata"u8, "{}"u8);
    }

    private static void Repeat(Utf8JsonWriter json, JsonElement root, ReadOnlySpan<byte> name, ReadOnlySpan<byte> otherwise)
    {
        json.WritePropertyName(name);
        if (root.Find(name) is { } value)
        {
            json.WriteRaw(value);
        }
        else
        {
            json.WriteRawValue(otherwise, skipInputValidation: true);
        }
    }

    private static void WriteReasoning(Utf8JsonWriter json, JsonElement? reasoning)
    {
        json.WriteStartObject("reasoning"u8);
        Repeat(json, reasoning ?? default, "effort"u8, "null"u8);
        Repeat(json, reasoning ?? default, "summary"u8, "null"u8);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, JsonElement? text)
    {
        json.WriteStartObject("text"u8);
        Repeat(json, text ?? default, "format"u8, "{\"type\":\"text\"}"u8);
        Repeat(json, text ?? default, "verbosity"u8, "\"medium\""u8);
        json.WriteEndObject();
    }

    // A function is told with all members that one has.
    private static void WriteTools(Utf8JsonWriter json, JsonElement? tools)
    {
        json.WriteStartArray("tools"u8);
        if (tools is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var tool in list.EnumerateArray())
            {
                WriteTool(json, tool);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteTool(Utf8JsonWriter json, JsonElement tool)
    {
        if (tool.Text("type"u8) != "function")
        {
            json.WriteRaw(tool);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        Repeat(json, tool, "description"u8, "null"u8);
        Repeat(json, tool, "name"u8, "\"\""u8);
        Repeat(json, tool, "parameters"u8, "null"u8);
        Repeat(json, tool, "strict"u8, "false"u8);
        json.WriteEndObject();
    }
}
