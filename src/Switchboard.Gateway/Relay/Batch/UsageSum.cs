using System.Text.Json;

namespace Switchboard.Gateway.Relay.Batch;

/// <summary>The usage of several answers added up, its details too; members that are no numbers are the first's.</summary>
internal sealed class UsageSum
{
    // By the path of names, in the order they came; details are one object deep.
    private readonly List<(string Group, string Name, long Value)> _counts = [];

    /// <summary>True when nothing was added.</summary>
    public bool IsEmpty => _counts.Count == 0;

    /// <summary>Adds a JSON object; anything else, or nothing at all, counts nothing.</summary>
    public void Add(ReadOnlySpan<byte> usage)
    {
        var json = new Utf8JsonReader(usage);
        if (!usage.IsEmpty && json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            Add(ref json, "");
        }
    }

    /// <summary>Writes the sum as a JSON object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var group in _counts.Select(count => count.Group).Distinct(StringComparer.Ordinal))
        {
            if (group.Length > 0)
            {
                json.WriteStartObject(group);
            }

            foreach (var (_, name, value) in _counts.Where(count => count.Group == group))
            {
                json.WriteNumber(name, value);
            }

            if (group.Length > 0)
            {
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private void Add(ref Utf8JsonReader json, string group)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value))
            {
                Add(group, name, value);
            }
            else if (json.TokenType == JsonTokenType.StartObject && group.Length == 0)
            {
                Add(ref json, name);
            }

            json.Skip();
        }
    }

    private void Add(string group, string name, long value)
    {
        var at = _counts.FindIndex(count => count.Group == group && count.Name == name);
        if (at < 0)
        {
            _counts.Add((group, name, value));
        }
        else
        {
            _counts[at] = (group, name, _counts[at].Value + value);
        }
    }
}
