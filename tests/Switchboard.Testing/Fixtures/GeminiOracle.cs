using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Switchboard.Testing.Fixtures;

/// <summary>What an answer of Gemini says, read without any code of the product: the parts of all events in one list.</summary>
public static partial class GeminiOracle
{
    /// <summary>Reads a fixture.</summary>
    public static ChatFacts Read(ChatFixture fixture)
    {
        JsonObject[] events = [.. (fixture.IsStream ? fixture.Events : [fixture.Text]).Select(text => JsonNode.Parse(text)!.AsObject())];
        var candidates = events.SelectMany(one => one["candidates"] as JsonArray ?? []).Select(one => one!.AsObject()).ToArray();
        var parts = candidates.SelectMany(one => one["content"]?["parts"] as JsonArray ?? []).Select(part => part!.AsObject()).ToArray();
        var usage = new JsonObject();
        foreach (var (name, value) in events.SelectMany(one => one["usageMetadata"] as JsonObject ?? []))
        {
            usage[name] = value!.DeepClone();
        }

        var tools = ToolsOf(parts);
        return new ChatFacts
        {
            Content = string.Concat(parts.Where(part => !IsThought(part)).Select(TextOf)),
            Reasoning = string.Concat(parts.Where(IsThought).Select(TextOf)),
            Tools = tools,
            Prompt = Count("promptTokenCount") + Count("toolUsePromptTokenCount"),
            Completion = Count("candidatesTokenCount") + Count("thoughtsTokenCount"),
            Cached = Count("cachedContentTokenCount"),
            Finish = candidates.Select(one => (string?)one["finishReason"]).First(reason => reason is not null) switch
            {
                "MAX_TOKENS" => "length",
                "SAFETY" => "content_filter",
                _ => tools.Count > 0 ? "tool_calls" : "stop",
            },
        };

        int Count(string member) => (int?)usage[member] ?? 0;
    }

    private static bool IsThought(JsonObject part) => (bool?)part["thought"] == true;

    // Code and what it wrote stand in the text as fences, as Google's own page shows them.
    private static string TextOf(JsonObject part) =>
        part["executableCode"] is { } code ? $"```{((string)code["language"]!).ToLowerInvariant()}\n{((string)code["code"]!).TrimEnd('\n')}\n```\n"
        : part["codeExecutionResult"] is { } result ? $"\n```\n{((string)result["output"]!).TrimEnd('\n')}\n```\n"
        : (string?)part["text"] ?? "";

    private static List<string> ToolsOf(JsonObject[] parts)
    {
        var calls = new List<(string Name, JsonObject Arguments)>();
        foreach (var call in parts.Select(part => part["functionCall"]).OfType<JsonObject>())
        {
            if ((string?)call["name"] is { Length: > 0 } name)
            {
                calls.Add((name, call["args"]?.DeepClone().AsObject() ?? []));
            }

            foreach (var piece in call["partialArgs"] as JsonArray ?? [])
            {
                Put(calls[^1].Arguments, piece!.AsObject());
            }
        }

        return [.. calls.Select(call => ChatFacts.Tool(call.Name, call.Arguments.ToJsonString()))];
    }

    // $.recipe.steps[0]: names and numbers, one after the other.
    private static void Put(JsonNode at, JsonObject piece)
    {
        var steps = Steps().Matches((string)piece["jsonPath"]!).Select(match => match.Value).ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            var isLast = i == steps.Length - 1;
            JsonNode Made() => isLast ? ValueOf(piece) : char.IsDigit(steps[i + 1][0]) ? new JsonArray() : new JsonObject();
            if (at is JsonArray list)
            {
                var index = int.Parse(steps[i], System.Globalization.CultureInfo.InvariantCulture);
                if (index == list.Count)
                {
                    list.Add(Made());
                }
                else if (isLast)
                {
                    list[index] = (string)list[index]! + (string)piece["stringValue"]!;
                }

                at = list[index]!;
            }
            else
            {
                var owner = at.AsObject();
                if (!owner.ContainsKey(steps[i]))
                {
                    owner[steps[i]] = Made();
                }
                else if (isLast)
                {
                    owner[steps[i]] = (string)owner[steps[i]]! + (string)piece["stringValue"]!;
                }

                at = owner[steps[i]]!;
            }
        }
    }

    private static JsonNode ValueOf(JsonObject piece) => (piece["stringValue"] ?? piece["numberValue"] ?? piece["boolValue"])!.DeepClone();

    [GeneratedRegex(@"[A-Za-z_]\w*|\d+")]
    private static partial Regex Steps();
}
