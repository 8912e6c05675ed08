using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>Answers of Cohere's chat API, version 2, as chat completions. The plan before tools are called is reasoning.</summary>
/// <remarks>Source: Cohere's API reference, "Chat" and "Chat with Streaming".</remarks>
internal sealed class CohereAnswerToChat : ForeignAnswer
{
    private const int Choice = 0;

    private readonly CohereReasoning _reasoning = new();
    private bool _hasArguments;

    /// <inheritdoc/>
    public override ForeignPiece ReadWhole(ReadOnlyMemory<byte> body, IChatOutput output)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (root.Find("message"u8) is not { ValueKind: JsonValueKind.Object } message)
        {
            return root.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        output.Begin(root.Escaped("id"u8), default);
        foreach (var part in List(message, "content"u8))
        {
            ReadContent(part, output);
        }

        _reasoning.Add(message.Escaped("tool_plan"u8), isPlan: true, output, Choice);
        _reasoning.End(output, Choice);
        foreach (var call in List(message, "tool_calls"u8))
        {
            ReadCall(call, output);
            EndCall(output);
        }

        foreach (var citation in List(message, "citations"u8))
        {
            CohereCitations.Write(citation, output, Choice);
        }

        return ReadEnd(root, output);
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, IChatOutput output)
    {
        // Most events are a bit of text, and this finds it without a document. Behind the end stands [DONE].
        if (IsEnded || TryReadDelta(data, output))
        {
            return ForeignPiece.Taken;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        return ReadEvent(document.RootElement, output);
    }

    private ForeignPiece ReadEvent(JsonElement root, IChatOutput output)
    {
        var delta = root.Find("delta"u8) ?? default;
        var message = delta.Find("message"u8) ?? default;
        switch (root.Text("type"u8))
        {
            case "message-start":
                output.Begin(root.Escaped("id"u8), default);
                break;
            case "content-start" or "content-delta":
                ReadContent(message.Find("content"u8) ?? default, output);
                break;
            case "content-end":
                _reasoning.End(output, Choice);
                break;
            case "tool-plan-delta":
                _reasoning.Add(message.Escaped("tool_plan"u8), isPlan: true, output, Choice);
                break;
            case "tool-call-start" or "tool-call-delta" or "tool-call-end":
                ReadCallEvent(root.GetProperty("type"u8), message.Find("tool_calls"u8) ?? default, output);
                break;
            case "citation-start":
                ReadCitations(message, output);
                break;
            case "message-end":
                IsEnded = true;
                _reasoning.End(output, Choice);
                return ReadEnd(delta, output);
            case null:
                // An error has a message and no type.
                return root.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        // citation-end, debug, and what may come.
        return ForeignPiece.Taken;
    }

    private void ReadCallEvent(JsonElement type, JsonElement call, IChatOutput output)
    {
        if (type.ValueEquals("tool-call-start"u8))
        {
            _reasoning.End(output, Choice);
            ReadCall(call, output);
        }
        else if (type.ValueEquals("tool-call-delta"u8))
        {
            WriteArguments((call.Find("function"u8) ?? default).Escaped("arguments"u8), output);
        }
        else
        {
            EndCall(output);
        }
    }

    private void ReadContent(JsonElement content, IChatOutput output)
    {
        _reasoning.Add(content.Escaped("thinking"u8), isPlan: false, output, Choice);
        var text = content.Escaped("text"u8);
        if (!text.IsEmpty)
        {
            _reasoning.End(output, Choice);
            output.Text(Choice, text);
        }
    }

    private void ReadCall(JsonElement call, IChatOutput output)
    {
        var function = call.Find("function"u8) ?? default;
        _hasArguments = false;
        output.ToolCall(Choice, call.Escaped("id"u8), function.Escaped("name"u8));
        WriteArguments(function.Escaped("arguments"u8), output);
    }

    // "null" stands for a call without arguments.
    private void WriteArguments(ReadOnlySpan<byte> escaped, IChatOutput output)
    {
        if (!escaped.IsEmpty && (_hasArguments || !escaped.SequenceEqual("null"u8)))
        {
            _hasArguments = true;
            output.ToolArguments(Choice, escaped);
        }
    }

    private void EndCall(IChatOutput output)
    {
        if (!_hasArguments)
        {
            output.ToolArguments(Choice, "{}"u8);
        }
    }

    private static void ReadCitations(JsonElement message, IChatOutput output)
    {
        switch (message.Find("citations"u8))
        {
            case { ValueKind: JsonValueKind.Object } citation:
                CohereCitations.Write(citation, output, Choice);
                break;
            case { ValueKind: JsonValueKind.Array } citations:
                foreach (var one in citations.EnumerateArray())
                {
                    CohereCitations.Write(one, output, Choice);
                }

                break;
        }
    }

    private static ForeignPiece ReadEnd(JsonElement end, IChatOutput output)
    {
        var reason = end.Text("finish_reason"u8);
        if (reason is "ERROR" or "TIMEOUT")
        {
            return ForeignPiece.Error;
        }

        if (end.Find("usage"u8) is { } usage)
        {
            output.Tokens(CohereUsage.Read(usage));
        }

        if (reason is not null)
        {
            output.Finish(Choice, reason switch
            {
                "MAX_TOKENS" or "ERROR_LIMIT" => FinishReason.Length,
                "TOOL_CALL" => FinishReason.ToolCalls,
                "ERROR_TOXIC" => FinishReason.ContentFilter,

                // COMPLETE, STOP_SEQUENCE, and what may come.
                _ => FinishReason.Stop,
            });
        }

        return ForeignPiece.Taken;
    }

    /// <summary>Reads <c>{"type":"content-delta",…,"delta":{"message":{"content":{"text":"…"}}}}</c> as its bytes lie; false where the event is anything else.</summary>
    private bool TryReadDelta(ReadOnlySpan<byte> data, IChatOutput output)
    {
        var json = new Utf8JsonReader(data);
        if (!json.Read() || !IsNext(ref json, "type"u8) || !json.Read() || !json.ValueTextEquals("content-delta"u8))
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("delta"u8))
            {
                return TryReadDelta(ref json, output);
            }

            json.Skip();
        }

        return false;
    }

    private bool TryReadDelta(ref Utf8JsonReader json, IChatOutput output)
    {
        if (!IsObject(ref json) || !IsNext(ref json, "message"u8) || !IsObject(ref json) || !IsNext(ref json, "content"u8) || !IsObject(ref json)
            || !IsNext(ref json, "text"u8) || !json.Read() || json.TokenType != JsonTokenType.String)
        {
            return false;
        }

        var text = json.ValueSpan;
        return json.Read() && json.TokenType == JsonTokenType.EndObject && Tell(text, output);
    }

    private bool Tell(ReadOnlySpan<byte> text, IChatOutput output)
    {
        _reasoning.End(output, Choice);
        output.Text(Choice, text);
        return true;
    }

    private static bool IsObject(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.StartObject;

    private static bool IsNext(ref Utf8JsonReader json, ReadOnlySpan<byte> name) =>
        json.Read() && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals(name);

    private static JsonElement.ArrayEnumerator List(JsonElement message, ReadOnlySpan<byte> name) =>
        message.Find(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
}
