using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Ollama;

/// <summary>Answers of Ollama's chat API as chat completions. A stream is answers in pieces, of which the last is done.</summary>
/// <remarks>Source: Ollama's API reference, "Generate a chat message".</remarks>
internal sealed class OllamaAnswerToChat : ForeignAnswer
{
    private const int Choice = 0;

    private bool _hasTools;
    private bool _hasBegun;

    /// <inheritdoc/>
    public override ForeignPiece ReadWhole(ReadOnlyMemory<byte> body, IChatOutput output)
    {
        using var document = JsonDocument.Parse(body);
        return Read(document.RootElement, output);
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, IChatOutput output)
    {
        // Most pieces are a bit of text or of thinking, and this finds it without a document.
        if (_hasBegun && TryReadText(data, output))
        {
            return ForeignPiece.Taken;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        return Read(document.RootElement, output);
    }

    private ForeignPiece Read(JsonElement root, IChatOutput output)
    {
        if (root.Find("error"u8) is not null)
        {
            return ForeignPiece.Error;
        }

        if (root.Find("message"u8) is not { ValueKind: JsonValueKind.Object } message)
        {
            return ForeignPiece.Malformed;
        }

        if (!_hasBegun)
        {
            _hasBegun = true;
            output.Begin(default, root.Escaped("model"u8));
        }

        output.Reasoning(Choice, message.Escaped("thinking"u8));
        output.Text(Choice, message.Escaped("content"u8));
        if (root.Find("logprobs"u8) is { ValueKind: JsonValueKind.Array } probabilities && probabilities.GetArrayLength() > 0)
        {
            output.LogProbs(Choice, probabilities.Raw());
        }

        if (message.Find("tool_calls"u8) is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (var call in calls.EnumerateArray())
            {
                ReadCall(call, output);
            }
        }

        if (root.IsTrue("done"u8))
        {
            ReadEnd(root, output);
        }

        return ForeignPiece.Taken;
    }

    private void ReadCall(JsonElement call, IChatOutput output)
    {
        if (call.Find("function"u8) is not { } function)
        {
            return;
        }

        _hasTools = true;
        output.ToolCall(Choice, call.Escaped("id"u8), function.Escaped("name"u8));
        if (function.Find("arguments"u8) is { ValueKind: JsonValueKind.String } text)
        {
            // So have servers that are like Ollama.
            output.ToolArguments(Choice, text.Escaped());
        }
        else if (function.Find("arguments"u8) is { } arguments)
        {
            EscapedJson.WriteArguments(output, Choice, arguments.Raw());
        }
        else
        {
            output.ToolArguments(Choice, "{}"u8);
        }
    }

    private void ReadEnd(JsonElement root, IChatOutput output)
    {
        IsEnded = true;
        output.Finish(Choice, root.Text("done_reason"u8) == "length" ? FinishReason.Length : _hasTools ? FinishReason.ToolCalls : FinishReason.Stop);

        // What came from a cache is not counted, and may leave nothing.
        output.Tokens(new TokenUsage
        {
            Prompt = root.Integer("prompt_eval_count"u8) ?? 0,
            Completion = root.Integer("eval_count"u8) ?? 0,
        });
    }

    /// <summary>Reads a piece with nothing but text or thinking as its bytes lie; false where there is anything else.</summary>
    private static bool TryReadText(ReadOnlySpan<byte> data, IChatOutput output)
    {
        var json = new Utf8JsonReader(data);
        ReadOnlySpan<byte> text = default;
        ReadOnlySpan<byte> thinking = default;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("message"u8))
            {
                if (!TryReadMessage(ref json, ref text, ref thinking))
                {
                    return false;
                }
            }
            else if (!json.ValueTextEquals("model"u8) && !json.ValueTextEquals("created_at"u8) && !IsNotDone(ref json))
            {
                return false;
            }
            else if (json.TokenType == JsonTokenType.PropertyName)
            {
                json.Skip();
            }
        }

        if (json.TokenType != JsonTokenType.EndObject || json.Read())
        {
            return false;
        }

        output.Reasoning(Choice, thinking);
        output.Text(Choice, text);
        return true;
    }

    // The reader stands at a name; at its value afterwards, where that is the one looked for.
    private static bool IsNotDone(ref Utf8JsonReader json) => json.ValueTextEquals("done"u8) && json.Read() && json.TokenType == JsonTokenType.False;

    private static bool TryReadMessage(ref Utf8JsonReader json, ref ReadOnlySpan<byte> text, ref ReadOnlySpan<byte> thinking)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isText = json.ValueTextEquals("content"u8);
            var isThinking = json.ValueTextEquals("thinking"u8);
            var isRole = json.ValueTextEquals("role"u8);
            json.Read();
            if (json.TokenType != JsonTokenType.String || !(isText || isThinking || isRole))
            {
                return false;
            }

            text = isText ? json.ValueSpan : text;
            thinking = isThinking ? json.ValueSpan : thinking;
        }

        return json.TokenType == JsonTokenType.EndObject;
    }
}
