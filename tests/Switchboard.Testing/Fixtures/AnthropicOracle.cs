using System.Text;
using System.Text.Json.Nodes;

namespace Switchboard.Testing.Fixtures;

/// <summary>What an answer of Anthropic says, read without any code of the product: the blocks are put together and then looked at.</summary>
public static class AnthropicOracle
{
    /// <summary>Reads a fixture.</summary>
    public static ChatFacts Read(ChatFixture fixture) => Facts(fixture.IsStream ? Joined(fixture) : JsonNode.Parse(fixture.Text)!.AsObject());

    private static ChatFacts Facts(JsonObject message)
    {
        var blocks = message["content"]!.AsArray().Select(block => block!.AsObject()).ToArray();
        var usage = message["usage"]!;
        return new ChatFacts
        {
            Content = string.Concat(Of("text").Select(block => (string)block["text"]!)),
            Reasoning = string.Concat(Of("thinking").Select(block => (string)block["thinking"]!)),
            Tools = [.. Of("tool_use").Select(block => ChatFacts.Tool((string)block["name"]!, block["input"]!.ToJsonString()))],
            Prompt = Count("input_tokens") + Count("cache_read_input_tokens") + Count("cache_creation_input_tokens"),
            Completion = Count("output_tokens"),
            Cached = Count("cache_read_input_tokens"),
            Finish = (string)message["stop_reason"]! switch
            {
                "max_tokens" or "model_context_window_exceeded" => "length",
                "tool_use" => "tool_calls",
                "refusal" => "content_filter",
                _ => "stop",
            },
        };

        IEnumerable<JsonObject> Of(string type) => blocks.Where(block => (string)block["type"]! == type);

        int Count(string member) => (int?)usage[member] ?? 0;
    }

    // The message that the events of a stream make, as Anthropic's own SDK puts it together.
    private static JsonObject Joined(ChatFixture fixture)
    {
        JsonObject? message = null;
        var inputs = new Dictionary<int, StringBuilder>();
        foreach (var data in fixture.Events.Select(data => JsonNode.Parse(data)!.AsObject()))
        {
            switch ((string)data["type"]!)
            {
                case "message_start":
                    message ??= data["message"]!.DeepClone().AsObject();
                    break;
                case "content_block_start":
                    message!["content"]!.AsArray().Add(data["content_block"]!.DeepClone());
                    break;
                case "content_block_delta":
                    Add(message!["content"]![(int)data["index"]!]!.AsObject(), data["delta"]!, inputs, (int)data["index"]!);
                    break;
                case "message_delta":
                    message!["stop_reason"] = data["delta"]!["stop_reason"]?.DeepClone();
                    foreach (var (name, value) in data["usage"]!.AsObject().Where(member => member.Value is not null))
                    {
                        message["usage"]![name] = value!.DeepClone();
                    }

                    break;
            }
        }

        foreach (var (index, input) in inputs.Where(input => input.Value.Length > 0))
        {
            message!["content"]![index]!["input"] = JsonNode.Parse(input.ToString());
        }

        return message!;
    }

    private static void Add(JsonObject block, JsonNode delta, Dictionary<int, StringBuilder> inputs, int index)
    {
        switch ((string)delta["type"]!)
        {
            case "text_delta":
                block["text"] = (string)block["text"]! + (string)delta["text"]!;
                break;
            case "thinking_delta":
                block["thinking"] = (string)block["thinking"]! + (string)delta["thinking"]!;
                break;
            case "input_json_delta":
                inputs.TryAdd(index, new StringBuilder());
                inputs[index].Append((string)delta["partial_json"]!);
                break;
        }
    }
}
