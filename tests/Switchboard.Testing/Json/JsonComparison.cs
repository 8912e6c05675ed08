using System.Text.Json;

namespace Switchboard.Testing.Json;

/// <summary>Walks two JSON values side by side and notes what differs.</summary>
internal sealed class JsonComparison
{
    private const int ShownLength = 60;

    public List<JsonDifference> Differences { get; } = [];

    public void Compare(string path, JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind)
        {
            Note(path, expected, actual);
            return;
        }

        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                CompareObjects(path, expected, actual);
                break;
            case JsonValueKind.Array:
                CompareArrays(path, expected, actual);
                break;
            case JsonValueKind.Number when !JsonNumber.IsSame(expected.GetRawText(), actual.GetRawText()):
            case JsonValueKind.String when !IsSameText(expected, actual):
                Note(path, expected, actual);
                break;
        }
    }

    private void CompareObjects(string path, JsonElement expected, JsonElement actual)
    {
        var (left, right) = (Members(expected), Members(actual));
        foreach (var (name, values) in left)
        {
            var others = right.GetValueOrDefault(name, []);
            var at = path + Step(name);
            foreach (var (value, other) in values.Zip(others))
            {
                Compare(at, value, other);
            }

            if (others.Count < values.Count)
            {
                Differences.Add(new JsonDifference(at, $"missing, expected {Shown(values[others.Count])}"));
            }
        }

        foreach (var (name, values) in right)
        {
            var known = left.GetValueOrDefault(name, []).Count;
            if (values.Count > known)
            {
                Differences.Add(new JsonDifference(path + Step(name), $"not expected, found {Shown(values[known])}"));
            }
        }
    }

    private void CompareArrays(string path, JsonElement expected, JsonElement actual)
    {
        var (length, found) = (expected.GetArrayLength(), actual.GetArrayLength());
        if (length != found)
        {
            Differences.Add(new JsonDifference(path, $"expected {length} elements, found {found}"));
        }

        foreach (var (index, (left, right)) in expected.EnumerateArray().Zip(actual.EnumerateArray()).Index())
        {
            Compare($"{path}[{index}]", left, right);
        }
    }

    private void Note(string path, JsonElement expected, JsonElement actual) =>
        Differences.Add(new JsonDifference(path, $"expected {Shown(expected)}, found {Shown(actual)}"));

    private static Dictionary<string, List<JsonElement>> Members(JsonElement element)
    {
        var members = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!members.TryGetValue(member.Name, out var values))
            {
                members[member.Name] = values = [];
            }

            values.Add(member.Value);
        }

        return members;
    }

    private static bool IsSameText(JsonElement expected, JsonElement actual)
    {
        // Half a surrogate pair is JSON but no text: only the spelling is left to compare.
        try
        {
            return expected.GetString() == actual.GetString();
        }
        catch (InvalidOperationException)
        {
            return expected.GetRawText() == actual.GetRawText();
        }
    }

    private static string Step(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? "." + name : $"['{name}']";

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= ShownLength ? text : text[..ShownLength] + "…";
    }
}
