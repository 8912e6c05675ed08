using System.Text;
using System.Text.Json.Nodes;

namespace Switchboard.Testing.Fixtures;

/// <summary>What an answer in the OpenAI dialect says, the provider's or the gateway's, read without any code of the product.</summary>
public static class OpenAIOracle
{
    /// <summary>Reads a fixture.</summary>
    public static ChatFacts Read(ChatFixture fixture) => fixture.IsStream ? ReadStream(fixture.Events) : ReadWhole(fixture.Text);

    /// <summary>Reads a whole completion.</summary>
    public static ChatFacts ReadWhole(string json)
    {
        var root = JsonNode.Parse(json)!;
        var choice = root["choices"]![0]!;
        var message = choice["message"]!;
        return new ChatFacts
        {
            Content = TextOf(message["content"]),
            Reasoning = ReasoningOf(message),
            Tools = [.. (message["tool_calls"] as JsonArray ?? []).Select(call => ChatFacts.Tool((string)call!["function"]!["name"]!, Arguments(call["function"]!["arguments"])))],
            Finish = (string?)choice["finish_reason"] ?? "",
        }.With(root["usage"]);
    }

    /// <summary>Reads the data of a stream's chunks.</summary>
    public static ChatFacts ReadStream(IEnumerable<string> events)
    {
        var (content, reasoning, finish) = (new StringBuilder(), new StringBuilder(), "");
        var tools = new SortedDictionary<int, (string Name, StringBuilder Arguments)>();
        JsonNode? usage = null;
        foreach (var chunk in events.Select(data => JsonNode.Parse(data)!))
        {
            usage = UsageOf(chunk) ?? usage;
            if (chunk["choices"] is not JsonArray { Count: > 0 } choices || ((int?)choices[0]!["index"] ?? 0) != 0)
            {
                continue;
            }

            var choice = choices[0]!;
            finish = (string?)choice["finish_reason"] is { Length: > 0 } reason ? reason : finish;
            if (choice["delta"] is not { } delta)
            {
                continue;
            }

            content.Append(TextOf(delta["content"]));
            reasoning.Append(ReasoningOf(delta));
            foreach (var call in delta["tool_calls"] as JsonArray ?? [])
            {
                Add(tools, call!);
            }
        }

        return new ChatFacts
        {
            Content = content.ToString(),
            Reasoning = reasoning.ToString(),
            Tools = [.. tools.Values.Select(tool => ChatFacts.Tool(tool.Name, tool.Arguments.ToString()))],
            Finish = finish,
        }.With(usage);
    }

    private static JsonNode? UsageOf(JsonNode chunk) => chunk["usage"] ?? chunk["x_groq"]?["usage"];

    private static void Add(SortedDictionary<int, (string Name, StringBuilder Arguments)> tools, JsonNode call)
    {
        // Without an index a call is whole and stands for itself (Mistral, Gemini).
        var index = (int?)call["index"] ?? tools.Count;
        if (!tools.TryGetValue(index, out var tool))
        {
            tools[index] = tool = ("", new StringBuilder());
        }

        tool.Arguments.Append(Arguments(call["function"]?["arguments"]));
        tools[index] = (tool.Name.Length > 0 ? tool.Name : (string?)call["function"]?["name"] ?? "", tool.Arguments);
    }

    private static string Arguments(JsonNode? arguments) => arguments switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => arguments.ToJsonString(),
    };

    // Mistral writes the content of models that think as a list of parts.
    private static string TextOf(JsonNode? content) => content switch
    {
        null => "",
        JsonArray parts => string.Concat(parts.Where(part => (string?)part!["type"] == "text").Select(part => (string?)part!["text"] ?? "")),
        _ => (string)content!,
    };

    private static string ReasoningOf(JsonNode message)
    {
        if (message["content"] is JsonArray parts)
        {
            return string.Concat(parts.Where(part => (string?)part!["type"] == "thinking").Select(part => TextOf(part!["thinking"])));
        }

        return (string?)message["reasoning_content"] ?? (message["reasoning"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "");
    }

    private static ChatFacts With(this ChatFacts facts, JsonNode? usage) => facts with
    {
        Prompt = (int?)usage?["prompt_tokens"] ?? 0,
        Completion = (int?)usage?["completion_tokens"] ?? 0,
        Cached = (int?)usage?["prompt_tokens_details"]?["cached_tokens"] ?? 0,
    };
}
