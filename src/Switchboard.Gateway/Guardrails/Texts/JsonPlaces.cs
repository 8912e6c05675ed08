using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>Names of places in JSON, as people write them: <c>messages[2].content</c>.</summary>
internal static class JsonPlaces
{
    /// <summary>The place of a value.</summary>
    /// <param name="json">The document, which was read before.</param>
    /// <param name="start">Where the value begins, or its text.</param>
    public static string PathOf(ReadOnlySpan<byte> json, int start)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        var steps = new Stack<(string? Name, int Item)>();
        var name = (string?)null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString();
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    steps.Pop();
                    name = null;
                    continue;
            }

            // Whose name it is, or the how manieth.
            if (name is null && steps.TryPop(out var list))
            {
                steps.Push(list with { Item = list.Item + 1 });
            }

            if (reader.BytesConsumed > start)
            {
                break;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                steps.Push((name, -1));
                name = null;
            }
        }

        return Show(steps, name);
    }

    private static string Show(Stack<(string? Name, int Item)> steps, string? last)
    {
        var path = new StringBuilder();
        foreach (var (name, item) in steps.Reverse())
        {
            Add(path, name);
            if (item >= 0)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{item}]");
            }
        }

        Add(path, last);
        return path.ToString();
    }

    private static void Add(StringBuilder path, string? name)
    {
        if (name is not null)
        {
            path.Append(path.Length > 0 ? "." : "").Append(name);
        }
    }
}
