using System.Text.Json;
using Switchboard.Gateway.Translation.Anthropic;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>
/// Answers of the Converse API as chat completions. What tools of Bedrock's own did is told nowhere in one, but for the
/// citations.
/// </summary>
/// <remarks>Source: the API reference of Amazon Bedrock Runtime, "Converse" and "ConverseStream".</remarks>
internal sealed class BedrockAnswerToChat : ForeignAnswer
{
    private const int Choice = 0;

    private readonly AnthropicReasoning _reasoning = new();
    private readonly BedrockImage _image = new();
    private bool _hasFailed;
    private bool _isThinking;
    private bool _isCall;
    private bool _hasInput;
    private bool _hasStopped;
    private bool _hasUsage;

    /// <inheritdoc/>
    public override ForeignPiece ReadWhole(ReadOnlyMemory<byte> body, IChatOutput output)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (root.Find("output"u8)?.Find("message"u8)?.Find("content"u8) is not { ValueKind: JsonValueKind.Array } content)
        {
            return root.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        output.Begin(default, default);
        foreach (var block in content.EnumerateArray())
        {
            ReadBlock(block, output);
            EndBlock(output);
        }

        ReadEnd(root, output);
        return _hasFailed ? ForeignPiece.Error : ForeignPiece.Taken;
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, IChatOutput output)
    {
        if (type.EndsWith("Exception"u8))
        {
            return ForeignPiece.Error;
        }

        // Most events are a bit of text, and this finds it without a document.
        var isDelta = type.SequenceEqual("contentBlockDelta"u8);
        if (isDelta && TryReadText(data, output))
        {
            return ForeignPiece.Taken;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (isDelta)
        {
            ReadDelta(root.GetProperty("delta"u8), output);
        }
        else if (type.SequenceEqual("contentBlockStart"u8))
        {
            ReadStart(root.Find("start"u8) ?? default, output);
        }
        else if (type.SequenceEqual("contentBlockStop"u8))
        {
            EndBlock(output);
        }
        else if (type.SequenceEqual("messageStart"u8))
        {
            output.Begin(default, default);
        }
        else if (type.SequenceEqual("messageStop"u8) || type.SequenceEqual("metadata"u8))
        {
            EndBlock(output);
            ReadEnd(root, output);
        }

        // What is new since this was written is no fault.
        return _hasFailed ? ForeignPiece.Error : ForeignPiece.Taken;
    }

    private void ReadBlock(JsonElement block, IChatOutput output)
    {
        output.Text(Choice, block.Escaped("text"u8));
        if (block.Find("toolUse"u8) is { } tool)
        {
            ReadCall(tool, output);
        }
        else if (block.Find("reasoningContent"u8) is { } reasoning)
        {
            ReadReasoning(reasoning.Find("reasoningText"u8) ?? reasoning, output);
        }
        else if (block.Find("citationsContent"u8) is { } cited)
        {
            foreach (var part in List(cited, "content"u8))
            {
                output.Text(Choice, part.Escaped("text"u8));
            }

            foreach (var citation in List(cited, "citations"u8))
            {
                WriteCitation(citation, output);
            }
        }
        else if (block.Find("image"u8) is { } image)
        {
            _hasFailed |= !BedrockImage.TryWrite(image, output, Choice);
        }
    }

    private void ReadStart(JsonElement start, IChatOutput output)
    {
        EndBlock(output);
        if (start.Find("toolUse"u8) is { } tool)
        {
            ReadCall(tool, output);
        }
        else if (start.Find("image"u8) is { } image)
        {
            _image.Begin(image);
        }
    }

    private void ReadDelta(JsonElement delta, IChatOutput output)
    {
        output.Text(Choice, delta.Escaped("text"u8));
        if (delta.Find("toolUse"u8) is { } tool && _isCall)
        {
            WriteArguments(tool.Escaped("input"u8), output);
        }
        else if (delta.Find("reasoningContent"u8) is { } reasoning)
        {
            ReadReasoning(reasoning, output);
        }
        else if (delta.Find("citation"u8) is { } citation)
        {
            WriteCitation(citation, output);
        }
        else if (delta.Find("image"u8) is { } image)
        {
            _hasFailed |= !_image.TryAdd(image);
        }
    }

    // A tool that ran on the server is not the caller's to run.
    private void ReadCall(JsonElement tool, IChatOutput output)
    {
        if (tool.Text("type"u8) == "server_tool_use")
        {
            return;
        }

        (_isCall, _hasInput) = (true, false);
        output.ToolCall(Choice, tool.Escaped("toolUseId"u8), tool.Escaped("name"u8));
        if (tool.Find("input"u8) is { ValueKind: JsonValueKind.Object } input)
        {
            _hasInput = true;
            EscapedJson.WriteArguments(output, Choice, input.Raw());
        }
    }

    private void WriteArguments(ReadOnlySpan<byte> escaped, IChatOutput output)
    {
        _hasInput |= !escaped.IsEmpty;
        output.ToolArguments(Choice, escaped);
    }

    private void ReadReasoning(JsonElement reasoning, IChatOutput output)
    {
        if (!_isThinking)
        {
            _isThinking = true;
            _reasoning.Begin();
        }

        _reasoning.Think(reasoning.Escaped("text"u8), output, Choice);
        _reasoning.Sign(reasoning.Escaped("signature"u8), output, Choice);
        var redacted = reasoning.Escaped("redactedContent"u8);
        if (!redacted.IsEmpty)
        {
            _reasoning.Redacted(redacted, output, Choice);
        }
    }

    private void EndBlock(IChatOutput output)
    {
        if (_isCall && !_hasInput)
        {
            output.ToolArguments(Choice, "{}"u8);
        }

        (_isCall, _isThinking) = (false, false);
        _image.End(output, Choice);
    }

    private void ReadEnd(JsonElement root, IChatOutput output)
    {
        if (root.Find("usage"u8) is { } usage)
        {
            _hasUsage = true;
            output.Tokens(BedrockUsage.Read(usage));
        }

        if (root.Text("stopReason"u8) is { } reason)
        {
            _hasStopped = true;
            output.Finish(Choice, reason switch
            {
                "max_tokens" or "model_context_window_exceeded" => FinishReason.Length,
                "tool_use" => FinishReason.ToolCalls,
                "guardrail_intervened" or "content_filtered" => FinishReason.ContentFilter,

                // end_turn, stop_sequence, and what may come.
                _ => FinishReason.Stop,
            });
        }

        // The tokens come behind the reason to stop. Where they do not come, the end of the stream is the end.
        IsEnded = _hasStopped && _hasUsage;
    }

    /// <summary>Reads <c>{"contentBlockIndex":0,"delta":{"text":"…"},…}</c> as its bytes lie; false where the event is anything else.</summary>
    private static bool TryReadText(ReadOnlySpan<byte> data, IChatOutput output)
    {
        var json = new Utf8JsonReader(data);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("delta"u8))
            {
                json.Skip();
                continue;
            }

            if (!json.Read() || json.TokenType != JsonTokenType.StartObject
                || !json.Read() || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("text"u8)
                || !json.Read() || json.TokenType != JsonTokenType.String)
            {
                return false;
            }

            var text = json.ValueSpan;
            if (!json.Read() || json.TokenType != JsonTokenType.EndObject)
            {
                return false;
            }

            output.Text(Choice, text);
            return true;
        }

        return false;
    }

    private static JsonElement.ArrayEnumerator List(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.Find(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    private static void WriteCitation(JsonElement citation, IChatOutput output)
    {
        var page = citation.Find("location"u8)?.Find("web"u8);
        BlockCitations.Write(citation, page?.Find("url"u8), citation.Find("title"u8) ?? page?.Find("domain"u8), text: null, output, Choice);
    }
}
