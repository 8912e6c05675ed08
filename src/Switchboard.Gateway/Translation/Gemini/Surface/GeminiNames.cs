using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>Names of members, which Google takes in two ways: <c>inlineData</c> and <c>inline_data</c>.</summary>
internal static class GeminiNames
{
    /// <summary>A name as JSON has it.</summary>
    public static string Of(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
        {
            return name;
        }

        var camel = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '_' && i + 1 < name.Length)
            {
                camel.Append(char.ToUpperInvariant(name[++i]));
            }
            else
            {
                camel.Append(name[i]);
            }
        }

        return camel.ToString();
    }

    /// <summary>A member by its name, however it is written; null where it is not there or <c>null</c>.</summary>
    public static JsonElement? Get(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Name.Length >= name.Length && Of(member.Name) == name)
            {
                return member.Value.ValueKind == JsonValueKind.Null ? null : member.Value;
            }
        }

        return null;
    }

    /// <summary>The text of a member; null where it is none.</summary>
    public static string? GetText(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The elements of a list; none where it is none.</summary>
    public static IEnumerable<JsonElement> GetList(this JsonElement element, string name) => element.Get(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),

        // One thing may stand for a list of it.
        { ValueKind: JsonValueKind.Object } one => [one],
        _ => [],
    };
}
