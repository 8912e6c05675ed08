using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>
/// Answers of the Messages API of Anthropic as chat completions. Blocks of text, thinking and tool use become what chat
/// has for them; what Anthropic's own tools did on its servers is told nowhere in a chat completion, but for the
/// citations.
/// </summary>
/// <remarks>Source: the Messages API, "Streaming Messages" and "Create a Message".</remarks>
internal sealed class AnthropicAnswerToChat : ForeignAnswer
{
    private const int Choice = 0;

    private readonly AnthropicReasoning _reasoning = new();
    private BlockKind _block;
    private bool _hasInput;
    private bool _hasBegun;
    private AnthropicUsage _usage;

    private enum BlockKind
    {
        Other,
        Text,
        Thinking,
        Tool,
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadWhole(ReadOnlyMemory<byte> body, IChatOutput output)
    {
        using var document = JsonDocument.Parse(body);
        var message = document.RootElement;
        if (message.Find("error"u8) is not null)
        {
            return ForeignPiece.Error;
        }

        if (message.Find("content"u8) is not { ValueKind: JsonValueKind.Array } content)
        {
            return ForeignPiece.Malformed;
        }

        output.Begin(message.Escaped("id"u8), message.Escaped("model"u8));
        ReadMessage(message, content, output);
        return ForeignPiece.Taken;
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, IChatOutput output)
    {
        // Most events are a delta of text, and this finds all there is in one without looking elsewhere.
        if (_block != BlockKind.Other && TryReadDelta(data, output))
        {
            return ForeignPiece.Taken;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        return ReadEvent(document.RootElement, output);
    }

    private ForeignPiece ReadEvent(JsonElement root, IChatOutput output)
    {
        switch (root.Text("type"u8))
        {
            case "message_start" when root.Find("message"u8) is { } message:
                Begin(message, output);
                break;
            case "content_block_start" when root.Find("content_block"u8) is { } block:
                ReadBlock(block, output);
                break;
            case "content_block_delta" when root.Find("delta"u8) is { } delta:
                ReadDelta(delta, output);
                break;
            case "message_start" or "content_block_start" or "content_block_delta":
                return ForeignPiece.Malformed;
            case "content_block_stop":
                EndBlock(output);
                break;
            case "message_delta":
                ReadEnd(root, output);
                break;
            case "message_stop":
                IsEnded = true;
                break;
            case "error":
                return ForeignPiece.Error;
            case null:
                return root.Find("error"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        // What is new since this was written is no fault: Anthropic adds kinds of events and says so.
        return ForeignPiece.Taken;
    }

    // Anthropic may begin anew in the middle of a message; what was told cannot be taken back. And a message that goes on
    // after code called a tool is whole in its beginning.
    private void Begin(JsonElement message, IChatOutput output)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            output.Begin(message.Escaped("id"u8), message.Escaped("model"u8));
            ReadMessage(message, message.Find("content"u8), output);
        }
    }

    private void ReadMessage(JsonElement message, JsonElement? content, IChatOutput output)
    {
        if (content is { ValueKind: JsonValueKind.Array } blocks)
        {
            foreach (var block in blocks.EnumerateArray())
            {
                ReadBlock(block, output);
                EndBlock(output);
            }
        }

        if (message.Find("usage"u8) is { } usage)
        {
            _usage.Read(usage);
            output.Tokens(_usage.ToChat());
        }

        ReadStop(message, output);
    }

    private void ReadBlock(JsonElement block, IChatOutput output)
    {
        _hasInput = false;
        switch (block.Text("type"u8))
        {
            case "text":
                _block = BlockKind.Text;
                output.Text(Choice, block.Escaped("text"u8));
                foreach (var citation in Citations(block))
                {
                    ReadCitation(citation, output);
                }

                break;
            case "thinking":
                _block = BlockKind.Thinking;
                _reasoning.Begin();
                _reasoning.Think(block.Escaped("thinking"u8), output, Choice);
                _reasoning.Sign(block.Escaped("signature"u8), output, Choice);
                break;
            case "redacted_thinking":
                _block = BlockKind.Other;
                _reasoning.Redacted(block.Escaped("data"u8), output, Choice);
                break;
            case "tool_use":
                _block = BlockKind.Tool;
                output.ToolCall(Choice, block.Escaped("id"u8), block.Escaped("name"u8));
                WriteInput(block, output);
                break;
            default:
                _block = BlockKind.Other;
                break;
        }
    }

    private void ReadDelta(JsonElement delta, IChatOutput output)
    {
        switch (delta.Text("type"u8))
        {
            case "text_delta" when _block == BlockKind.Text:
                output.Text(Choice, delta.Escaped("text"u8));
                break;
            case "thinking_delta":
                _reasoning.Think(delta.Escaped("thinking"u8), output, Choice);
                break;
            case "signature_delta":
                _reasoning.Sign(delta.Escaped("signature"u8), output, Choice);
                break;
            case "input_json_delta" when _block == BlockKind.Tool:
                WriteArguments(delta.Escaped("partial_json"u8), output);
                break;
            case "citations_delta" when delta.Find("citation"u8) is { } citation:
                ReadCitation(citation, output);
                break;
        }
    }

    private void EndBlock(IChatOutput output)
    {
        if (_block == BlockKind.Tool && !_hasInput)
        {
            output.ToolArguments(Choice, "{}"u8);
        }

        _block = BlockKind.Other;
    }

    private void ReadEnd(JsonElement root, IChatOutput output)
    {
        if (root.Find("usage"u8) is { } usage)
        {
            _usage.Read(usage);
            output.Tokens(_usage.ToChat());
        }

        if (root.Find("delta"u8) is { } delta)
        {
            ReadStop(delta, output);
        }
    }

    private static void ReadStop(JsonElement message, IChatOutput output)
    {
        var reason = message.Text("stop_reason"u8);
        if (reason is null)
        {
            return;
        }

        if (reason == "refusal" && message.Find("stop_details"u8) is { } details)
        {
            output.Refusal(Choice, details.Escaped("explanation"u8));
        }

        output.Finish(Choice, reason switch
        {
            "max_tokens" or "model_context_window_exceeded" => FinishReason.Length,
            "tool_use" => FinishReason.ToolCalls,
            "refusal" => FinishReason.ContentFilter,

            // end_turn, stop_sequence, pause_turn, and what may come.
            _ => FinishReason.Stop,
        });
    }

    /// <summary>Reads a delta of text, thinking or input as its bytes lie; false where the event is anything else.</summary>
    private bool TryReadDelta(ReadOnlySpan<byte> data, IChatOutput output)
    {
        var json = new Utf8JsonReader(data);
        if (!json.Read() || !IsNext(ref json, "type"u8, "content_block_delta"u8))
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isDelta = json.ValueTextEquals("delta"u8);
            json.Read();
            if (isDelta)
            {
                return TryReadDelta(ref json, output);
            }

            json.Skip();
        }

        return false;
    }

    // {"type":"text_delta","text":"…"} and its like; with the members in another order it is read the long way.
    private bool TryReadDelta(ref Utf8JsonReader json, IChatOutput output)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("type"u8) || !json.Read())
        {
            return false;
        }

        if (_block == BlockKind.Text && json.ValueTextEquals("text_delta"u8) && IsText(ref json, "text"u8))
        {
            output.Text(Choice, json.ValueSpan);
            return true;
        }

        if (_block == BlockKind.Tool && json.ValueTextEquals("input_json_delta"u8) && IsText(ref json, "partial_json"u8))
        {
            WriteArguments(json.ValueSpan, output);
            return true;
        }

        if (_block == BlockKind.Thinking && json.ValueTextEquals("thinking_delta"u8) && IsText(ref json, "thinking"u8))
        {
            _reasoning.Think(json.ValueSpan, output, Choice);
            return true;
        }

        return false;
    }

    private static bool IsNext(ref Utf8JsonReader json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        json.Read() && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals(name)
        && json.Read() && json.TokenType == JsonTokenType.String && json.ValueTextEquals(value);

    private static bool IsText(ref Utf8JsonReader json, ReadOnlySpan<byte> name) =>
        json.Read() && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals(name) && json.Read() && json.TokenType == JsonTokenType.String;

    private void WriteArguments(ReadOnlySpan<byte> escaped, IChatOutput output)
    {
        _hasInput |= !escaped.IsEmpty;
        output.ToolArguments(Choice, escaped);
    }

    // In a stream the input of a block that begins is {} and comes in deltas; in a whole message it is there.
    private void WriteInput(JsonElement block, IChatOutput output)
    {
        if (block.Find("input"u8) is { ValueKind: JsonValueKind.Object } input && input.EnumerateObject().MoveNext())
        {
            _hasInput = true;
            EscapedJson.WriteArguments(output, Choice, input.Raw());
        }
    }

    private static JsonElement.ArrayEnumerator Citations(JsonElement block) =>
        block.Find("citations"u8) is { ValueKind: JsonValueKind.Array } citations ? citations.EnumerateArray() : default;

    private static void ReadCitation(JsonElement citation, IChatOutput output) =>
        BlockCitations.Write(citation, citation.Find("url"u8), citation.Find("title"u8), citation.Find("cited_text"u8), output, Choice);
}
