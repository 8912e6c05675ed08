using System.Buffers;
using System.Globalization;
using System.Text;

namespace Switchboard.Client.Transport;

/// <summary>The query of a request, as it goes into the URL.</summary>
internal sealed class QueryString
{
    private static readonly SearchValues<char> s_reserved = SearchValues.Create("&=# %+");

    private readonly StringBuilder _text = new();

    /// <summary>The query that some parameters make; null for none.</summary>
    public static QueryString? Of(IQueryParameters? parameters)
    {
        if (parameters is null)
        {
            return null;
        }

        var query = new QueryString();
        parameters.WriteTo(query);
        return query;
    }

    /// <summary>Adds a pair; a value that is null is not said.</summary>
    public void Add(string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        // The brackets of names stay as they are: so the API's own clients send them.
        _text.Append(_text.Length == 0 ? '?' : '&').Append(name.AsSpan().ContainsAny(s_reserved) ? Uri.EscapeDataString(name) : name)
            .Append('=').Append(Uri.EscapeDataString(value));
    }

    public void Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, double? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, bool? value) => Add(name, value is { } flag ? flag ? "true" : "false" : null);

    /// <summary>Adds a time in seconds since 1970.</summary>
    public void Add(string name, DateTimeOffset? value) => Add(name, value?.ToUnixTimeSeconds());

    /// <summary>Adds each value as <c>name[]=value</c>.</summary>
    public void AddEach(string name, IEnumerable<string>? values)
    {
        var key = name.EndsWith("[]", StringComparison.Ordinal) ? name : name + "[]";
        foreach (var value in values ?? [])
        {
            Add(key, value);
        }
    }

    /// <summary>Adds each pair as <c>name[key]=value</c>.</summary>
    public void AddMap(string name, IEnumerable<KeyValuePair<string, string>>? map)
    {
        foreach (var (key, value) in map ?? [])
        {
            Add($"{name}[{key}]", value);
        }
    }

    public void AddAll(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (name, value) in pairs)
        {
            Add(name, value);
        }
    }

    public override string ToString() => _text.ToString();
}
