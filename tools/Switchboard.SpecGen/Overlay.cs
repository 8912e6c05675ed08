using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen;

/// <summary>The decisions made by hand, read from <c>overlay.jsonc</c>; each section is explained there.</summary>
internal sealed class Overlay
{
    private static readonly JsonDocumentOptions s_options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly Dictionary<string, List<Entry>> _sections;

    private Overlay(JsonElement root) => _sections = root.EnumerateObject().ToDictionary(section => section.Name, section => Entries(section.Value), StringComparer.Ordinal);

    /// <summary>Decisions that nothing asked for: the specification has moved on, or the name is wrong.</summary>
    public IEnumerable<string> Unused => _sections.SelectMany(section => section.Value.Where(entry => !entry.IsUsed).Select(entry => $"{section.Key}: {entry.Key}"));

    public static Overlay Load()
    {
        using var stream = typeof(Overlay).Assembly.GetManifestResourceStream("overlay.jsonc")!;
        using var document = JsonDocument.Parse(stream, s_options);
        return new Overlay(document.RootElement.Clone());
    }

    /// <summary>What a section says of a name.</summary>
    public string? Find(string section, string name) => Use(_sections[section].Find(entry => entry.Key == name))?.Value.GetString();

    /// <summary>What a section says of the first of its patterns that fits; <c>*</c> stands for any text. What is said of a component is said of its beta too.</summary>
    public string? Match(string section, string path)
    {
        var entry = _sections[section].Find(entry => entry.Pattern.IsMatch(path)) ?? (BetaTwin(path) is { } twin ? _sections[section].Find(entry => entry.Pattern.IsMatch(twin)) : null);
        return Use(entry)?.Value.GetString();
    }

    public bool Has(string section, string path) => Match(section, path) is not null;

    /// <summary>The component that stands for this one too; a beta component follows its twin.</summary>
    public string SameAs(string component) =>
        Find("sameAs", component) ?? (BetaTwin(component) is { } twin && Find("sameAs", twin) is { } same ? "Beta" + same : component);

    /// <summary>A section in its order.</summary>
    public IEnumerable<KeyValuePair<string, string>> All(string section) =>
        _sections[section].Select(entry => KeyValuePair.Create(entry.Key, Use(entry)!.Value.GetString()!));

    /// <summary>Components that real traffic has and the specification does not.</summary>
    public IEnumerable<KeyValuePair<string, Schema>> Components() =>
        _sections["components"].Select(entry => KeyValuePair.Create(entry.Key, Schema.Parse(Use(entry)!.Value, entry.Key)));

    /// <summary>Members that real traffic has and the specification does not name.</summary>
    public IEnumerable<KeyValuePair<string, Schema>> Additions(string path)
    {
        var entry = _sections["add"].Find(entry => entry.Key == path) ?? (BetaTwin(path) is { } twin ? _sections["add"].Find(entry => entry.Key == twin) : null);
        return entry is null ? [] : Use(entry)!.Value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Schema.Parse(member.Value, $"{path}.{member.Name}")));
    }

    private static string? BetaTwin(string path) => path.StartsWith("Beta", StringComparison.Ordinal) ? path[4..] : null;

    /// <summary>A list says of each of its names that it is in it.</summary>
    private static List<Entry> Entries(JsonElement section) => section.ValueKind == JsonValueKind.Array
        ? [.. section.EnumerateArray().Select(item => new Entry(item.GetString()!, item))]
        : [.. section.EnumerateObject().Select(item => new Entry(item.Name, item.Value))];

    private static Entry? Use(Entry? entry)
    {
        if (entry is not null)
        {
            entry.IsUsed = true;
        }

        return entry;
    }

    private sealed class Entry(string key, JsonElement value)
    {
        public string Key { get; } = key;

        public JsonElement Value { get; } = value;

        public Regex Pattern { get; } = new($"^{Regex.Escape(key).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant);

        public bool IsUsed { get; set; }
    }
}
