using System.Text.Json;

namespace Switchboard.SpecGen.Specification;

/// <summary>One schema of the specification, as it is written there; <see cref="Path"/> says where.</summary>
/// <remarks>A path names members by dots, array items by <c>[]</c> and a union's alternatives by <c>/0</c>, <c>/1</c> …; the parts of an <c>allOf</c> share their owner's path.</remarks>
internal sealed class Schema
{
    private static readonly string[] s_unions = ["oneOf", "anyOf"];

    private Schema(string path) => Path = path;

    public string Path { get; }

    /// <summary>Name of the component this refers to; "#" for the schema it stands in.</summary>
    public string? Reference { get; private init; }

    public string? Type { get; private init; }

    public string? Format { get; private init; }

    public bool Nullable { get; private init; }

    public bool Deprecated { get; private init; }

    /// <summary>The alternatives of <c>oneOf</c> or <c>anyOf</c>, without null and without mere lists of required members.</summary>
    public IReadOnlyList<Schema> Alternatives { get; private init; } = [];

    public IReadOnlyList<Schema> Parts { get; private init; } = [];

    public IReadOnlyList<KeyValuePair<string, Schema>> Properties { get; init; } = [];

    public IReadOnlySet<string> Required { get; init; } = new HashSet<string>();

    public Schema? Items { get; private init; }

    public Schema? MapValues { get; private init; }

    public IReadOnlyList<string> Values { get; private init; } = [];

    /// <summary>The only value is a tag, not the first of a set that may grow.</summary>
    public bool IsTag { get; private init; }

    public string? Discriminator { get; private init; }

    public string? Default { get; private init; }

    public double? Minimum { get; private init; }

    public double? Maximum { get; private init; }

    public long? MinLength { get; private init; }

    public long? MaxLength { get; private init; }

    public long? MinItems { get; private init; }

    public long? MaxItems { get; private init; }

    public bool IsObject => Properties.Count > 0 || (Type == "object" && MapValues is null);

    public static Schema Parse(JsonElement json, string path)
    {
        var alternatives = OneOf(json, path);
        var values = Strings(json, "enum");
        if (json.TryGetProperty("const", out var only))
        {
            values = [only.ToString()];
        }

        return new Schema(path)
        {
            Reference = Text(json, "$ref")?.Split('/')[^1] ?? Text(json, "$recursiveRef"),
            Type = Text(json, "type"),
            Format = Text(json, "format"),
            Nullable = Flag(json, "nullable") || alternatives.Any(alternative => alternative.Type == "null"),
            Deprecated = Flag(json, "deprecated"),
            Alternatives = [.. alternatives.Where(alternative => alternative.SaysSomething)],
            Parts = [.. AllOf(json, path)],
            Properties = [.. Members(json, path)],
            Required = Strings(json, "required").ToHashSet(StringComparer.Ordinal),
            Items = Child(json, "items", path + "[]"),
            MapValues = Child(json, "additionalProperties", path + "{}"),
            Values = values,
            IsTag = values.Count == 1 && (Flag(json, "x-stainless-const") || json.TryGetProperty("const", out _)),
            Discriminator = json.TryGetProperty("discriminator", out var discriminator) ? Text(discriminator, "propertyName") : null,
            Default = json.TryGetProperty("default", out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array)
                ? value.ToString() : null,
            Minimum = Number(json, "minimum"),
            Maximum = Number(json, "maximum"),
            MinLength = (long?)Number(json, "minLength"),
            MaxLength = (long?)Number(json, "maxLength"),
            MinItems = (long?)Number(json, "minItems"),
            MaxItems = (long?)Number(json, "maxItems"),
        };
    }

    private bool SaysSomething =>
        Type != "null" && (Type is not null || Reference is not null || Alternatives.Count > 0 || Parts.Count > 0 || Properties.Count > 0 || Values.Count > 0);

    /// <summary>A schema that is "this or null" keeps its own path.</summary>
    private static List<Schema> OneOf(JsonElement json, string path)
    {
        var list = s_unions.SelectMany(keyword => json.TryGetProperty(keyword, out var found) ? found.EnumerateArray() : []).ToList();
        var isOptional = list.Count(alternative => Text(alternative, "type") != "null") == 1;
        return [.. list.Select((alternative, index) => Parse(alternative, isOptional ? path : $"{path}/{index}"))];
    }

    private static IEnumerable<Schema> AllOf(JsonElement json, string path) =>
        json.TryGetProperty("allOf", out var list) ? list.EnumerateArray().Select(child => Parse(child, path)) : [];

    private static IEnumerable<KeyValuePair<string, Schema>> Members(JsonElement json, string path) =>
        json.TryGetProperty("properties", out var members)
            ? members.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Parse(member.Value, $"{path}.{member.Name}")))
            : [];

    private static Schema? Child(JsonElement json, string keyword, string path) =>
        json.TryGetProperty(keyword, out var child) && child.ValueKind == JsonValueKind.Object && child.EnumerateObject().Any() ? Parse(child, path) : null;

    private static string? Text(JsonElement json, string keyword) =>
        json.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement json, string keyword) =>
        json.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.True;

    private static double? Number(JsonElement json, string keyword) =>
        json.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static List<string> Strings(JsonElement json, string keyword) =>
        json.TryGetProperty(keyword, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number).Select(item => item.ToString())]
            : [];
}
