using System.Security;
using System.Text.Json;
using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen.Emit;

/// <summary>Summaries: our own words where somebody wrote them, else one line made of names and facts.</summary>
internal sealed class Documentation
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public static Documentation Load()
    {
        var documentation = new Documentation();
        var assembly = typeof(Documentation).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Summaries/", StringComparison.Ordinal)))
        {
            using var json = JsonDocument.Parse(assembly.GetManifestResourceStream(name)!);
            foreach (var schema in json.RootElement.EnumerateObject())
            {
                foreach (var text in schema.Value.EnumerateObject())
                {
                    var key = text.Name.Length == 0 ? schema.Name : text.Name[0] is '=' or '[' ? schema.Name + text.Name : $"{schema.Name}.{text.Name}";
                    documentation._texts[key] = text.Value.GetString()!;
                }
            }
        }

        return documentation;
    }

    public string Of(Declaration declaration) =>
        Escape(Find(declaration.Path) ?? $"{Sentence(declaration.Name)}.") + (declaration.IsComponent ? $" Schema {declaration.Path} of the specification." : "");

    public string Of(EnumDeclaration declaration, string value) =>
        Escape(Find($"{declaration.Path}={value}") ?? $"The value \"{value}\".");

    public string Of(ObjectDeclaration declaration, Member member)
    {
        var text = Find($"{declaration.Path}.{member.WireName}") ?? Find(member.Schema.Path);
        return Escape(text is null ? $"{Sentence(member.Name)}.{Facts(member.Schema)}" : text) + (member.Schema.Deprecated ? " Deprecated by the API." : "");
    }

    /// <summary>What a file of texts says under a heading that is no schema.</summary>
    public string? Text(string heading, string name) => _texts.GetValueOrDefault($"{heading}.{name}") is { } text ? Escape(text) : null;

    public static string Facts(Schema schema)
    {
        var facts = new List<string>();
        if (schema.Minimum is not null || schema.Maximum is not null)
        {
            facts.Add(Range(schema.Minimum, schema.Maximum, ""));
        }

        if (schema.MaxLength is { } length)
        {
            facts.Add($"at most {length} characters");
        }

        if (schema.MaxItems is { } items)
        {
            facts.Add($"at most {items} items");
        }

        if (schema.Default is { Length: > 0 and < 40 } standard)
        {
            facts.Add($"default {standard}");
        }

        return facts.Count == 0 ? "" : $" {char.ToUpperInvariant(facts[0][0])}{string.Join("; ", facts)[1..]}.";
    }

    private static string Range(double? minimum, double? maximum, string unit) => (minimum, maximum) switch
    {
        ({ } least, { } most) => $"{Words.Invariant(least)} to {Words.Invariant(most)}{unit}",
        ({ } least, null) => $"at least {Words.Invariant(least)}{unit}",
        (_, { } most) => $"at most {Words.Invariant(most)}{unit}",
        _ => "",
    };

    /// <summary>A text may stand under the schema, under the part of an <c>allOf</c> it came from, or under the component a beta mirrors.</summary>
    private string? Find(string path)
    {
        var key = string.Concat(path.Split('/').Select((part, index) => index == 0 ? part : part.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')));
        return _texts.GetValueOrDefault(key) ?? (key.StartsWith("Beta", StringComparison.Ordinal) ? _texts.GetValueOrDefault(key[4..]) : null);
    }

    public static string Sentence(string name) => Words.Plain(name) is { Length: > 0 } words ? char.ToUpperInvariant(words[0]) + words[1..] : name;

    private static string Escape(string text) => SecurityElement.Escape(text).Replace("&apos;", "'", StringComparison.Ordinal).Replace("&quot;", "\"", StringComparison.Ordinal);
}
