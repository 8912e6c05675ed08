using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Surfaces;

/// <summary>
/// Reads the chunks of a chat completion and tells what is in them. What a chunk holds is told in the order it stands
/// there, but for tool calls: these are told one after the other, whole, however their pieces are mixed
/// (<see cref="ChoiceOrder"/>). One reader serves one stream; nothing per chunk allocates.
/// </summary>
internal sealed class ChatChunkReader(IChatOutput output)
{
    private readonly List<ChoiceOrder> _choices = [];
    private bool _hasBegun;

    /// <summary>Reads the data of one event.</summary>
    /// <returns>False where it tells an error.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">It is no chunk.</exception>
    public bool Read(ReadOnlySpan<byte> data)
    {
        if (!_hasBegun)
        {
            Begin(data);
        }

        var json = Open(data);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("choices"u8))
            {
                json.Read();
                ReadChoices(ref json, data);
            }
            else if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                if (ChatUsageReader.Read(ref json) is { } usage)
                {
                    output.Tokens(usage);
                }
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                if (ErrorMember.TellsError(ref json))
                {
                    return false;
                }

                json.Skip();
            }
            else
            {
                json.Skip();
            }
        }

        return true;
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> data)
    {
        var json = new Utf8JsonReader(data);
        return json.Read() && json.TokenType == JsonTokenType.StartObject ? json : throw new JsonException("A chunk is an object.");
    }

    // Azure's first chunk has neither an id nor choices; the name of the answer comes with the next.
    private void Begin(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> id = default;
        ReadOnlySpan<byte> model = default;
        var json = Open(data);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("choices"u8))
            {
                json.Read();
                _hasBegun |= HasElements(ref json);
            }
            else if (json.ValueTextEquals("id"u8))
            {
                id = JsonSlices.Text(ref json, data);
            }
            else if (json.ValueTextEquals("model"u8))
            {
                model = JsonSlices.Text(ref json, data);
            }
            else
            {
                json.Skip();
            }
        }

        _hasBegun |= !id.IsEmpty;
        if (_hasBegun)
        {
            output.Begin(id, model);
        }
    }

    private static bool HasElements(ref Utf8JsonReader json)
    {
        var start = json;
        json.Skip();
        return start.TokenType == JsonTokenType.StartArray && start.Read() && start.TokenType != JsonTokenType.EndArray;
    }

    private void ReadChoices(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadChoice(ref json, data);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadChoice(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        // The number may stand behind what is said.
        var index = IndexOf(json);
        FinishReason? reason = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("delta"u8))
            {
                json.Read();
                ReadDelta(ref json, data, index);
            }
            else if (json.ValueTextEquals("finish_reason"u8))
            {
                json.Read();
                reason = ChatFinish.Read(ref json);
            }
            else if (json.ValueTextEquals("logprobs"u8))
            {
                json.Read();
                ReadLogProbs(ref json, data, index);
            }
            else
            {
                json.Skip();
            }
        }

        if (reason is { } finished)
        {
            Of(index).Finish(finished);
        }
    }

    private static int IndexOf(Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) && index is >= 0 and < 128 ? index : 0;
            }

            json.Skip();
        }

        return 0;
    }

    private void ReadDelta(ref Utf8JsonReader json, ReadOnlySpan<byte> data, int choice)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        var order = Of(choice);
        var hasReasoned = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            switch (ChatMembers.Of(ref json))
            {
                case ChatMember.Content:
                    ReadContent(ref json, data, order);
                    break;
                case ChatMember.Reasoning:
                    // Some say the same under both names.
                    var thought = JsonSlices.Text(ref json, data);
                    hasReasoned = hasReasoned || order.Reason(thought);
                    break;
                case ChatMember.Refusal:
                    order.Refuse(JsonSlices.Text(ref json, data));
                    break;
                case ChatMember.ReasoningDetails:
                    ReadList(ref json, data, order, ChatMember.ReasoningDetails);
                    break;
                case ChatMember.Annotations:
                    ReadList(ref json, data, order, ChatMember.Annotations);
                    break;
                case ChatMember.Images:
                    ReadList(ref json, data, order, ChatMember.Images);
                    break;
                case ChatMember.ToolCalls:
                    ReadList(ref json, data, order, ChatMember.ToolCalls);
                    break;
                case ChatMember.FunctionCall:
                    json.Read();
                    ToolCallPiece.OfFunction(ref json, data).TellTo(order);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    // Mistral's content may be a list of parts: text, and thinking that is a list of such again.
    private static void ReadContent(ref Utf8JsonReader json, ReadOnlySpan<byte> data, ChoiceOrder order, bool isThinking = false)
    {
        var value = json;
        value.Read();
        if (value.TokenType != JsonTokenType.StartArray)
        {
            Say(order, JsonSlices.Text(ref json, data), isThinking);
            return;
        }

        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadPart(ref json, data, order, isThinking);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void ReadPart(ref Utf8JsonReader json, ReadOnlySpan<byte> data, ChoiceOrder order, bool isThinking)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("thinking"u8))
            {
                ReadContent(ref json, data, order, isThinking: true);
            }
            else if (json.ValueTextEquals("text"u8))
            {
                Say(order, JsonSlices.Text(ref json, data), isThinking);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void Say(ChoiceOrder order, ReadOnlySpan<byte> escaped, bool isThinking)
    {
        if (isThinking)
        {
            order.Reason(escaped);
        }
        else
        {
            order.Say(escaped);
        }
    }

    private static void ReadList(ref Utf8JsonReader json, ReadOnlySpan<byte> data, ChoiceOrder order, ChatMember member)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (member == ChatMember.ToolCalls)
            {
                ToolCallPiece.Of(ref json, data).TellTo(order);
                continue;
            }

            order.Add(member, JsonSlices.Raw(ref json, data));
        }
    }

    private void ReadLogProbs(ref Utf8JsonReader json, ReadOnlySpan<byte> data, int choice)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isContent = json.ValueTextEquals("content"u8);
            json.Read();
            var isList = json.TokenType == JsonTokenType.StartArray;
            var value = JsonSlices.Raw(ref json, data);
            if (isContent && isList)
            {
                output.LogProbs(choice, value);
            }
        }
    }

    private ChoiceOrder Of(int choice)
    {
        while (_choices.Count <= choice)
        {
            _choices.Add(new ChoiceOrder(output, _choices.Count));
        }

        return _choices[choice];
    }
}
