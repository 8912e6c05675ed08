using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Surfaces;

/// <summary>
/// Reads a whole chat completion and tells what is in it: of each choice first what was thought, then what is said,
/// then the calls.
/// </summary>
internal static class ChatCompletionReader
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = RequestReader.MaxDepth };

    /// <summary>Reads it.</summary>
    /// <returns>False where it is no chat completion.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">Its members are of the wrong types.</exception>
    public static bool Read(ReadOnlyMemory<byte> completion, IChatOutput output)
    {
        using var document = JsonDocument.Parse(completion, s_options);
        var root = document.RootElement;
        if (root.Find("choices"u8) is not { ValueKind: JsonValueKind.Array } choices)
        {
            return false;
        }

        output.Begin(root.Escaped("id"u8), root.Escaped("model"u8));
        foreach (var choice in choices.EnumerateArray())
        {
            ReadChoice(choice, output);
        }

        if (root.Find("usage"u8) is { } usage)
        {
            var json = new Utf8JsonReader(usage.Raw());
            json.Read();
            if (ChatUsageReader.Read(ref json) is { } tokens)
            {
                output.Tokens(tokens);
            }
        }

        return true;
    }

    private static void ReadChoice(JsonElement choice, IChatOutput output)
    {
        var index = choice.Integer("index"u8) is { } number and >= 0 and < 128 ? number : 0;
        if (choice.Find("message"u8) is { } message)
        {
            ReadMessage(message, output, index);
        }

        if (choice.Find("logprobs"u8)?.Find("content"u8) is { ValueKind: JsonValueKind.Array } probabilities)
        {
            output.LogProbs(index, probabilities.Raw());
        }

        output.Finish(index, ReasonOf(choice));
    }

    private static FinishReason ReasonOf(JsonElement choice)
    {
        if (choice.Find("finish_reason"u8) is not { } reason)
        {
            return FinishReason.Stop;
        }

        var json = new Utf8JsonReader(reason.Raw());
        json.Read();
        return ChatFinish.Read(ref json) ?? FinishReason.Stop;
    }

    private static void ReadMessage(JsonElement message, IChatOutput output, int choice)
    {
        var order = new ChoiceOrder(output, choice);
        ReadReasoning(message, order);
        ReadContent(message.Find("content"u8), order);
        order.Refuse(message.Escaped("refusal"u8));
        ReadList(message.Find("annotations"u8), order, ChatMember.Annotations);
        ReadList(message.Find("images"u8), order, ChatMember.Images);
        foreach (var call in Elements(message.Find("tool_calls"u8)))
        {
            ReadCall(call, output, choice);
        }

        if (message.Find("function_call"u8) is { } function)
        {
            output.ToolCall(choice, function.Escaped("name"u8), function.Escaped("name"u8));
            ReadArguments(function.Find("arguments"u8), output, choice);
        }
    }

    // Details that hold text say block by block what reasoning_content says in one.
    private static void ReadReasoning(JsonElement message, ChoiceOrder order)
    {
        var details = message.Find("reasoning_details"u8);
        if (!Elements(details).Any(detail => detail.Find("text"u8) is { ValueKind: JsonValueKind.String } || detail.Find("summary"u8) is not null))
        {
            order.Reason(message.Escaped(message.Find("reasoning_content"u8) is null ? "reasoning"u8 : "reasoning_content"u8));
            ReadList(details, order, ChatMember.ReasoningDetails);
            return;
        }

        foreach (var detail in Elements(details))
        {
            order.Reason(detail.Escaped(detail.Text("type"u8) == "reasoning.summary" ? "summary"u8 : "text"u8));
            order.Add(ChatMember.ReasoningDetails, detail.Raw());
        }
    }

    private static void ReadContent(JsonElement? content, ChoiceOrder order)
    {
        if (content is { ValueKind: JsonValueKind.String } text)
        {
            order.Say(text.Escaped());
            return;
        }

        foreach (var part in Elements(content))
        {
            foreach (var thought in Elements(part.Find("thinking"u8)))
            {
                order.Reason(thought.Escaped("text"u8));
            }

            order.Say(part.Escaped("text"u8));
        }
    }

    private static void ReadList(JsonElement? list, ChoiceOrder order, ChatMember member)
    {
        foreach (var element in Elements(list))
        {
            order.Add(member, element.Raw());
        }
    }

    private static void ReadCall(JsonElement call, IChatOutput output, int choice)
    {
        if ((call.Find("function"u8) ?? call.Find("custom"u8)) is not { } function)
        {
            return;
        }

        ReadOnlySpan<byte> extra = call.Find("extra_content"u8) is { } kept ? [.. ",\"extra_content\":"u8, .. kept.Raw()] : default;
        output.ToolCall(choice, call.Escaped("id"u8), function.Escaped("name"u8), extra);
        ReadArguments(function.Find("input"u8) ?? function.Find("arguments"u8), output, choice);
    }

    // A text by the specification; some servers write the object itself.
    private static void ReadArguments(JsonElement? arguments, IChatOutput output, int choice)
    {
        if (arguments is { ValueKind: JsonValueKind.Object } given)
        {
            EscapedJson.WriteArguments(output, choice, given.Raw());
        }
        else if (arguments is { } text)
        {
            output.ToolArguments(choice, text.Escaped());
        }
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } elements ? elements.EnumerateArray() : default;
}
