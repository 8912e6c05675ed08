using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen;

/// <summary>The decisions made by hand, read from <c>overlay.jsonc</c>; each list is explained there.</summary>
internal sealed class Overlay
{
    private static readonly JsonDocumentOptions s_options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly JsonElement _root;
    private readonly Dictionary<string, List<(Regex Pattern, string Value)>> _patterns = [];

    private Overlay(JsonElement root) => _root = root;

    public static Overlay Load()
    {
        using var stream = typeof(Overlay).Assembly.GetManifestResourceStream("overlay.jsonc")!;
        using var document = JsonDocument.Parse(stream, s_options);
        return new Overlay(document.RootElement.Clone());
    }

    /// <summary>What a section says of a name.</summary>
    public string? Find(string section, string name) =>
        _root.GetProperty(section).TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>The component that stands for this one too; a beta component follows its twin.</summary>
    public string SameAs(string component) =>
        Find("sameAs", component) ?? (BetaTwin(component) is { } twin && Find("sameAs", twin) is { } same ? "Beta" + same : component);

    /// <summary>What a section says of the first of its patterns that fits; <c>*</c> stands for any text. What is said of a component is said of its beta too.</summary>
    public string? Match(string section, string path) =>
        MatchOne(section, path) ?? (BetaTwin(path) is { } twin ? MatchOne(section, twin) : null);

    private static string? BetaTwin(string path) => path.StartsWith("Beta", StringComparison.Ordinal) ? path[4..] : null;

    private string? MatchOne(string section, string path)
    {
        if (!_patterns.TryGetValue(section, out var patterns))
        {
            var json = _root.GetProperty(section);
            patterns = json.ValueKind == JsonValueKind.Array
                ? [.. json.EnumerateArray().Select(item => (ToRegex(item.GetString()!), ""))]
                : [.. json.EnumerateObject().Select(item => (ToRegex(item.Name), item.Value.GetString()!))];
            _patterns.Add(section, patterns);
        }

        return patterns.Where(entry => entry.Pattern.IsMatch(path)).Select(entry => entry.Value).FirstOrDefault();
    }

    public bool Has(string section, string path) => Match(section, path) is not null;

    /// <summary>Components that the specification does not have.</summary>
    public IEnumerable<KeyValuePair<string, Schema>> Components() =>
        _root.GetProperty("components").EnumerateObject().Select(component => KeyValuePair.Create(component.Name, Schema.Parse(component.Value, component.Name)));

    public IEnumerable<KeyValuePair<string, string>> Entries(string section) =>
        _root.GetProperty(section).EnumerateObject().Select(item => KeyValuePair.Create(item.Name, item.Value.GetString()!));

    /// <summary>Members that real traffic has and the specification does not name.</summary>
    public IEnumerable<KeyValuePair<string, Schema>> Additions(string path) =>
        _root.GetProperty("add").TryGetProperty(path, out var members) || (BetaTwin(path) is { } twin && _root.GetProperty("add").TryGetProperty(twin, out members))
            ? members.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Schema.Parse(member.Value, $"{path}.{member.Name}")))
            : [];

    private static Regex ToRegex(string pattern) => new($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant);
}
