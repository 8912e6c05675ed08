using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Mistral;

/// <summary>Mistral's answers as chat completions: what stands among the parts of the content gets its own member.</summary>
internal sealed class MistralAnswerToChat : ForeignAnswer
{
    private const int MostChoices = 128;

    /// <inheritdoc/>
    public override ForeignPiece ReadWhole(ReadOnlyMemory<byte> body, IChatOutput output)
    {
        using var document = JsonDocument.Parse(body);
        return Read(document.RootElement, "message"u8, output);
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, IChatOutput output)
    {
        if (data.Trim((byte)' ').SequenceEqual("[DONE]"u8))
        {
            IsEnded = true;
            return ForeignPiece.Taken;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        return Read(document.RootElement, "delta"u8, output);
    }

    private static ForeignPiece Read(JsonElement root, ReadOnlySpan<byte> member, IChatOutput output)
    {
        if (root.Find("choices"u8) is not { ValueKind: JsonValueKind.Array } choices)
        {
            return root.Text("object"u8) == "error" || root.Find("error"u8) is not null ? ForeignPiece.Error : ForeignPiece.Malformed;
        }

        output.Begin(root.Escaped("id"u8), root.Escaped("model"u8));
        if (root.Find("usage"u8) is { } usage)
        {
            output.Tokens(UsageOf(usage));
        }

        foreach (var choice in choices.EnumerateArray())
        {
            var index = choice.Integer("index"u8) ?? 0;
            if (choice.Text("finish_reason"u8) == "error")
            {
                return ForeignPiece.Error;
            }

            if (index is >= 0 and < MostChoices)
            {
                ReadChoice(choice, index, choice.Find(member), output);
            }
        }

        return ForeignPiece.Taken;
    }

    private static void ReadChoice(JsonElement choice, int index, JsonElement? message, IChatOutput output)
    {
        if (message is { } said)
        {
            ReadContent(said.Find("content"u8), index, output);
            if (said.Find("tool_calls"u8) is { ValueKind: JsonValueKind.Array } calls)
            {
                foreach (var call in calls.EnumerateArray())
                {
                    ReadCall(call, index, output);
                }
            }
        }

        if (choice.Text("finish_reason"u8) is { Length: > 0 } reason)
        {
            output.Finish(index, reason switch
            {
                "length" or "model_length" => FinishReason.Length,
                "tool_calls" => FinishReason.ToolCalls,
                "content_filter" => FinishReason.ContentFilter,
                _ => FinishReason.Stop,
            });
        }
    }

    private static void ReadContent(JsonElement? content, int index, IChatOutput output)
    {
        switch (content)
        {
            case { ValueKind: JsonValueKind.String } text:
                output.Text(index, text.Escaped());
                break;
            case { ValueKind: JsonValueKind.Array } parts:
                foreach (var part in parts.EnumerateArray())
                {
                    ReadPart(part, index, output);
                }

                break;
        }
    }

    private static void ReadPart(JsonElement part, int index, IChatOutput output)
    {
        switch (part.Text("type"u8))
        {
            case "text":
                output.Text(index, part.Escaped("text"u8));
                break;
            case "thinking" when part.Find("thinking"u8) is { ValueKind: JsonValueKind.Array } thoughts:
                foreach (var thought in thoughts.EnumerateArray())
                {
                    output.Reasoning(index, thought.Escaped("text"u8));
                }

                break;
            case "thinking":
                output.Reasoning(index, part.Escaped("thinking"u8));
                break;
        }
    }

    private static void ReadCall(JsonElement call, int index, IChatOutput output)
    {
        if (call.Find("function"u8) is not { } function)
        {
            return;
        }

        // A call may come in pieces; those behind the first name no tool.
        if (!function.Escaped("name"u8).IsEmpty)
        {
            output.ToolCall(index, call.Escaped("id"u8), function.Escaped("name"u8));
        }

        if (function.Find("arguments"u8) is { } arguments)
        {
            if (arguments.ValueKind == JsonValueKind.String)
            {
                output.ToolArguments(index, arguments.Escaped());
            }
            else
            {
                EscapedJson.WriteArguments(output, index, arguments.Raw());
            }
        }
    }

    private static TokenUsage UsageOf(JsonElement usage) => new()
    {
        Prompt = usage.Integer("prompt_tokens"u8) ?? 0,
        Completion = usage.Integer("completion_tokens"u8) ?? 0,
        Cached = usage.Find("prompt_tokens_details"u8)?.Integer("cached_tokens"u8) ?? usage.Integer("num_cached_tokens"u8) ?? 0,
    };
}
