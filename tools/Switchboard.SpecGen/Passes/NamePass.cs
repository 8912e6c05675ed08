using System.Text.RegularExpressions;
using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Passes;

/// <summary>Gives every declaration, member and value its C# name: the overlay's word, else the specification's name without its ornaments.</summary>
internal sealed partial class NamePass(Overlay overlay, IReadOnlyList<Declaration> declarations)
{
    /// <summary>Members that every object has.</summary>
    private static readonly string[] s_taken = ["Extra", "Nulls", "Equals", "ToString", "GetHashCode", "GetType", "WriteTo", "Read", "Write", "Take", "WriteMembers", "MemberName", "IndexOf", "Kinds"];

    private readonly Dictionary<string, Declaration> _byPath = declarations.GroupBy(declaration => declaration.Path).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
    private readonly List<(Regex Pattern, string Replacement)> _ornaments =
        [.. overlay.All("ornaments").Select(entry => (new Regex(entry.Key, RegexOptions.CultureInvariant), entry.Value))];

    public void Run()
    {
        NameComponents();
        foreach (var declaration in declarations.Where(declaration => declaration.Name.Length == 0).OrderBy(declaration => declaration.Path.Length))
        {
            declaration.Name = overlay.Find("names", declaration.Path) ?? InlineName(declaration);
        }

        foreach (var declaration in declarations)
        {
            NameParts(declaration);
        }
    }

    private void NameComponents()
    {
        var components = declarations.Where(declaration => declaration.IsComponent).ToList();
        foreach (var component in components)
        {
            component.Name = overlay.Find("names", component.Path) ?? BetaTwinName(component) ?? Plain(component.Path);
        }

        // An ornament that tells two components apart is none.
        foreach (var clash in components.GroupBy(component => component.Name, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            foreach (var component in clash.Where(component => overlay.Find("names", component.Path) is null && Words.Pascal(component.Path) != clash.Key))
            {
                component.Name = Words.Pascal(component.Path);
            }
        }
    }

    private string Plain(string path) => Words.Pascal(_ornaments.Aggregate(path, (name, ornament) => ornament.Pattern.Replace(name, ornament.Replacement)));

    /// <summary>"Beta" and the name of the component of which it is the beta.</summary>
    private string? BetaTwinName(Declaration component) =>
        component.Path.StartsWith("Beta", StringComparison.Ordinal) && component.Path[4..] is var twin && _byPath.ContainsKey(twin)
            ? "Beta" + (overlay.Find("names", twin) ?? Plain(twin))
            : null;

    private string InlineName(Declaration declaration)
    {
        var (owner, rest) = Owner(declaration.Path);
        if (declaration is ObjectDeclaration variant && Alternative().Match(rest) is { Success: true, Index: 0 })
        {
            return VariantName(owner, variant);
        }

        var words = PathPart().Matches(rest).Select(part => part.Value.EndsWith("[]", StringComparison.Ordinal) ? Words.Singular(part.Value[..^2]) : part.Value);
        return owner + string.Concat(words.Select(Words.Pascal));
    }

    /// <summary>An alternative without a name is called by its tag; the one object among strings and numbers is the options.</summary>
    private string VariantName(string owner, ObjectDeclaration variant)
    {
        if (Tag(variant) is { } tag)
        {
            return owner.EndsWith("Event", StringComparison.Ordinal) ? Words.Pascal(tag) + "Event" : owner + Words.Pascal(tag);
        }

        var siblings = _byPath.Where(other => other.Value is ObjectDeclaration && Alternative().IsMatch(other.Key) && Parent(other.Key) == Parent(variant.Path)).Select(other => other.Key).ToList();
        return owner + "Options" + (siblings.Count == 1 ? "" : siblings.IndexOf(variant.Path) + 1);
    }

    private static string Parent(string path) => path[..path.LastIndexOf('/')];

    /// <summary>The nearest declaration that a path lies in, and what is left of the path.</summary>
    private (string Name, string Remainder) Owner(string path)
    {
        for (var end = path.Length - 1; end > 0; end--)
        {
            if (path[end] is '.' or '/' or '[' or '{' && _byPath.TryGetValue(path[..end], out var owner) && owner.Name.Length > 0)
            {
                return (owner.Name, path[end..]);
            }
        }

        var inner = path.IndexOfAny(['.', '/', '[', '{']);
        return path.AsSpan().ContainsAny(':', '?') ? ("", path.Replace(':', '.')) : (Plain(path[..inner]), path[inner..]);
    }

    private static string? Tag(ObjectDeclaration variant) =>
        Discrimination.Tags.Select(tag => variant.Find(tag)?.Constant).FirstOrDefault(constant => constant is not null);

    private void NameParts(Declaration declaration)
    {
        switch (declaration)
        {
            case EnumDeclaration values:
                values.Names = [.. values.Values.Select(value => overlay.Find("names", $"{values.Path}={value}") ?? Words.Value(value, values.Name))];
                Distinct(values.Names, values);
                break;
            case ObjectDeclaration made:
                foreach (var member in made.Members)
                {
                    var name = Words.Pascal(member.WireName);
                    member.Name = overlay.Find("names", $"{made.Path}:{member.WireName}") ?? (name == made.Name || s_taken.Contains(name) ? name + "Value" : name);
                }

                Distinct(made.Members.Select(member => member.Name), made);
                break;
        }
    }

    private static void Distinct(IEnumerable<string> names, Declaration within)
    {
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } clash)
        {
            throw new InvalidOperationException($"{within} has two of the name {clash.Key}; give one another in the overlay's names.");
        }
    }

    [GeneratedRegex("/[0-9]+$")]
    private static partial Regex Alternative();

    [GeneratedRegex(@"[A-Za-z0-9_-]+(\[\])?")]
    private static partial Regex PathPart();
}
