using System.Text;
using System.Text.Json;

namespace Switchboard.Testing.Fixtures;

/// <summary>What an answer says, whatever dialect it says it in.</summary>
public sealed record ChatFacts
{
    /// <summary>The text of the first choice.</summary>
    public string Content { get; init; } = "";

    /// <summary>Its reasoning, as far as it is told.</summary>
    public string Reasoning { get; init; } = "";

    /// <summary>The tools it calls, each as name and canonical arguments.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Tokens of the prompt, those from a cache too.</summary>
    public int Prompt { get; init; }

    /// <summary>Tokens of the answer, those of reasoning too.</summary>
    public int Completion { get; init; }

    /// <summary>Of the prompt, tokens from a cache.</summary>
    public int Cached { get; init; }

    /// <summary>Why it ended, in OpenAI's words.</summary>
    public string Finish { get; init; } = "";

    /// <summary>A tool call as <see cref="Tools"/> has it.</summary>
    public static string Tool(string name, string arguments) => $"{name}({Canonical(arguments)})";

    /// <summary>What is different in another, one line a member; nothing where they say the same.</summary>
    public IReadOnlyList<string> DifferencesTo(ChatFacts other)
    {
        var differences = new List<string>();
        Compare("content", Content, other.Content);
        Compare("reasoning", Reasoning, other.Reasoning);
        Compare("tools", string.Join("; ", Tools), string.Join("; ", other.Tools));
        Compare("prompt tokens", Prompt, other.Prompt);
        Compare("completion tokens", Completion, other.Completion);
        Compare("cached tokens", Cached, other.Cached);
        Compare("finish reason", Finish, other.Finish);
        return differences;

        void Compare<T>(string what, T expected, T told)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, told))
            {
                differences.Add($"{what}: expected '{Shorten(expected)}', told '{Shorten(told)}'");
            }
        }
    }

    private static string Shorten<T>(T value) => $"{value}" is { Length: > 160 } text ? $"{text[..80]}…{text[^60..]} ({text.Length})" : $"{value}";

    // Members in order of name, no blanks: dialects write the same object in their own ways.
    private static string Canonical(string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return "{}";
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                Write(writer, document.RootElement);
            }

            return Encoding.UTF8.GetString(stream.ToArray());
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
