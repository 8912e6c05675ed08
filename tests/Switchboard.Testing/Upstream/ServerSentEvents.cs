using System.Text;
using System.Text.Json;

namespace Switchboard.Testing.Upstream;

/// <summary>The wire text of event streams.</summary>
public static class ServerSentEvents
{
    /// <summary>The line that ends an OpenAI stream of chunks.</summary>
    public const string Done = "data: [DONE]\n\n";

    /// <summary>An event of data alone.</summary>
    public static string Data(string data) => $"data: {data}\n\n";

    /// <summary>An event with a name.</summary>
    public static string Named(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    /// <summary>
    /// The stream a provider sends for these JSON objects: those with a "type" get it as the event's name (Responses,
    /// Anthropic), those of OpenAI's chunk kinds end with [DONE], others are plain data (Gemini).
    /// </summary>
    public static IEnumerable<string> FromJson(IEnumerable<string> objects)
    {
        var endsWithDone = false;
        foreach (var json in objects)
        {
            var (type, kind) = Peek(json);
            endsWithDone |= kind is "chat.completion.chunk" or "text_completion";
            yield return type is null ? Data(json) : Named(type, json);
        }

        if (endsWithDone)
        {
            yield return Done;
        }
    }

    /// <summary>Cuts a stream's text after each blank line; put together, the pieces are the text again.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var events = new List<string>();
        var current = new StringBuilder();
        foreach (var line in LinesWithEnds(text))
        {
            current.Append(line);
            if (line is "\n" or "\r\n" or "\r")
            {
                events.Add(current.ToString());
                current.Clear();
            }
        }

        if (current.Length > 0)
        {
            events.Add(current.ToString());
        }

        return events;
    }

    /// <summary>The events of a stream's text that carry data: their name, or null, and their data.</summary>
    public static IEnumerable<(string? Name, string Data)> Read(string text)
    {
        foreach (var lines in Split(text).Select(block => LinesWithEnds(block).Select(line => line.TrimEnd('\r', '\n')).ToList()))
        {
            var data = Fields(lines, "data").ToList();
            if (data.Count > 0)
            {
                yield return (Fields(lines, "event").LastOrDefault(), string.Join('\n', data));
            }
        }
    }

    private static IEnumerable<string> Fields(List<string> lines, string name) => lines
        .Where(line => line.StartsWith(name + ":", StringComparison.Ordinal))
        .Select(line => line[(name.Length + 1)..])
        .Select(value => value.StartsWith(' ') ? value[1..] : value);

    private static IEnumerable<string> LinesWithEnds(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.AsSpan(start).IndexOfAny('\r', '\n') is var at and >= 0 ? start + at + 1 : text.Length;
            if (end < text.Length && text[end - 1] == '\r' && text[end] == '\n')
            {
                end++;
            }

            yield return text[start..end];
            start = end;
        }
    }

    private static (string? Type, string? Kind) Peek(string json)
    {
        var root = JsonElement.Parse(json);
        return root.ValueKind == JsonValueKind.Object ? (TextOf(root, "type"), TextOf(root, "object")) : (null, null);
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
