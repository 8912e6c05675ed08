using System.Text.Json.Nodes;

namespace Switchboard.Testing.Fixtures;

/// <summary>What an answer of Ollama says, read without any code of the product: a stream is answers in pieces.</summary>
public static class OllamaOracle
{
    /// <summary>Reads a fixture.</summary>
    public static ChatFacts Read(ChatFixture fixture)
    {
        var pieces = (fixture.IsStream ? fixture.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [fixture.Text]).Select(text => JsonNode.Parse(text)!).ToArray();
        var last = pieces[^1];
        var calls = pieces.SelectMany(piece => piece["message"]?["tool_calls"] as JsonArray ?? []).ToArray();
        return new ChatFacts
        {
            Content = string.Concat(pieces.Select(piece => (string?)piece["message"]?["content"])),
            Reasoning = string.Concat(pieces.Select(piece => (string?)piece["message"]?["thinking"])),
            Tools = [.. calls.Select(call => ChatFacts.Tool((string)call!["function"]!["name"]!, call["function"]!["arguments"]?.ToJsonString() ?? "{}"))],
            Prompt = (int?)last["prompt_eval_count"] ?? 0,
            Completion = (int?)last["eval_count"] ?? 0,
            Finish = (string?)last["done_reason"] == "length" ? "length" : calls.Length > 0 ? "tool_calls" : "stop",
        };
    }
}
