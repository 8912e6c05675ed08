using System.Text.Json.Nodes;

namespace Switchboard.Testing.Fixtures;

/// <summary>What an answer of Cohere says, read without any code of the product: the plan to call tools counts as reasoning.</summary>
public static class CohereOracle
{
    /// <summary>Reads a fixture.</summary>
    public static ChatFacts Read(ChatFixture fixture) => fixture.IsStream ? ReadStream(fixture) : ReadWhole(JsonNode.Parse(fixture.Text)!);

    private static ChatFacts ReadWhole(JsonNode root)
    {
        var message = root["message"]!;
        var parts = message["content"] as JsonArray ?? [];
        return new ChatFacts
        {
            Content = string.Concat(parts.Select(part => (string?)part!["text"])),
            Reasoning = string.Concat(parts.Select(part => (string?)part!["thinking"])) + (string?)message["tool_plan"],
            Tools = [.. (message["tool_calls"] as JsonArray ?? []).Select(call => Tool((string)call!["function"]!["name"]!, (string?)call["function"]!["arguments"] ?? ""))],
        }.With(root);
    }

    private static ChatFacts ReadStream(ChatFixture fixture)
    {
        var events = fixture.Events.Select(data => JsonNode.Parse(data)!).ToArray();
        var calls = new SortedDictionary<int, (string Name, string Arguments)>();
        foreach (var (index, function) in events.Where(data => ((string)data["type"]!).StartsWith("tool-call-", StringComparison.Ordinal) && data["delta"] is not null)
            .Select(data => ((int?)data["index"] ?? 0, data["delta"]!["message"]!["tool_calls"]!["function"]!)))
        {
            var (name, arguments) = calls.GetValueOrDefault(index, ("", ""));
            calls[index] = (name + (string?)function["name"], arguments + (string?)function["arguments"]);
        }

        var messages = events.Select(data => data["delta"]?["message"]).Where(message => message is not null).ToArray();
        return new ChatFacts
        {
            Content = string.Concat(messages.Select(message => message!["content"] is JsonObject content ? (string?)content["text"] : null)),
            Reasoning = string.Concat(messages.Select(message => (message!["content"] is JsonObject content ? (string?)content["thinking"] : null) ?? (string?)message["tool_plan"])),
            Tools = [.. calls.Values.Select(call => Tool(call.Name, call.Arguments))],
        }.With(events.Single(data => (string)data["type"]! == "message-end")["delta"]!);
    }

    private static string Tool(string name, string arguments) => ChatFacts.Tool(name, arguments == "null" ? "{}" : arguments);

    private static ChatFacts With(this ChatFacts facts, JsonNode end) => facts with
    {
        Prompt = (int?)end["usage"]?["tokens"]?["input_tokens"] ?? 0,
        Completion = (int?)end["usage"]?["tokens"]?["output_tokens"] ?? 0,
        Cached = (int?)end["usage"]?["cached_tokens"] ?? 0,
        Finish = (string)end["finish_reason"]! switch { "MAX_TOKENS" => "length", "TOOL_CALL" => "tool_calls", _ => "stop" },
    };
}
