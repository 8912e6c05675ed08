using System.Text;
using System.Text.Json.Nodes;

namespace Switchboard.Testing.Fixtures;

/// <summary>What an answer of Bedrock's Converse API says, read without any code of the product: the blocks are put together and then looked at.</summary>
public static class BedrockOracle
{
    /// <summary>Reads a fixture.</summary>
    public static ChatFacts Read(ChatFixture fixture) => fixture.IsStream ? ReadStream(fixture.Body) : ReadWhole(JsonNode.Parse(fixture.Text)!);

    private static ChatFacts ReadWhole(JsonNode root)
    {
        var blocks = root["output"]!["message"]!["content"]!.AsArray();
        return new ChatFacts
        {
            Content = string.Concat(blocks.Select(block => (string?)block!["text"] ?? string.Concat((block["citationsContent"]?["content"] as JsonArray ?? []).Select(part => (string?)part!["text"])))),
            Reasoning = string.Concat(blocks.Select(block => (string?)block!["reasoningContent"]?["reasoningText"]?["text"])),
            Tools = [.. blocks.Select(block => block!["toolUse"]).Where(tool => tool is not null && (string?)tool["type"] != "server_tool_use").Select(tool => ChatFacts.Tool((string)tool!["name"]!, tool["input"]!.ToJsonString()))],
        }.With(root["usage"], (string?)root["stopReason"]);
    }

    private static ChatFacts ReadStream(ReadOnlyMemory<byte> stream)
    {
        var (content, reasoning) = (new StringBuilder(), new StringBuilder());
        var tools = new SortedDictionary<int, (string Name, string Input)>();
        JsonNode? usage = null;
        string? stop = null;
        foreach (var (type, json) in AwsEventMessages.Read(stream))
        {
            var data = JsonNode.Parse(json)!;
            AddTool(tools, type, data);
            content.Append((string?)data["delta"]?["text"]);
            reasoning.Append((string?)data["delta"]?["reasoningContent"]?["text"]);
            usage = data["usage"] ?? usage;
            stop = (string?)data["stopReason"] ?? stop;
        }

        return new ChatFacts
        {
            Content = content.ToString(),
            Reasoning = reasoning.ToString(),
            Tools = [.. tools.Values.Select(tool => ChatFacts.Tool(tool.Name, tool.Input))],
        }.With(usage, stop);
    }

    private static void AddTool(SortedDictionary<int, (string Name, string Input)> tools, string type, JsonNode data)
    {
        var index = (int?)data["contentBlockIndex"] ?? 0;
        if (type == "contentBlockStart" && data["start"]?["toolUse"] is { } tool && (string?)tool["type"] != "server_tool_use")
        {
            tools[index] = ((string)tool["name"]!, "");
        }
        else if (data["delta"]?["toolUse"]?["input"] is { } input && tools.TryGetValue(index, out var begun))
        {
            tools[index] = (begun.Name, begun.Input + (string?)input);
        }
    }

    private static ChatFacts With(this ChatFacts facts, JsonNode? usage, string? stop)
    {
        var cached = (int?)usage?["cacheReadInputTokens"] ?? 0;
        return facts with
        {
            Prompt = ((int?)usage?["inputTokens"] ?? 0) + cached + ((int?)usage?["cacheWriteInputTokens"] ?? 0),
            Completion = (int?)usage?["outputTokens"] ?? 0,
            Cached = cached,
            Finish = stop switch { "max_tokens" => "length", "tool_use" => "tool_calls", "guardrail_intervened" or "content_filtered" => "content_filter", _ => "stop" },
        };
    }
}
