using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen.Model;

/// <summary>A type that will be written.</summary>
internal abstract class Declaration(string path)
{
    /// <summary>Where the specification has it.</summary>
    public string Path { get; } = path;

    /// <summary>The component, or the operation's parameter, that it is or stands in.</summary>
    public string Component => Path.Split('.', '[', '{', '/', ':')[0];

    public bool IsComponent => Path == Component && !IsParameter;

    /// <summary>It is the type of a parameter: the path is <c>operation?parameter</c>.</summary>
    public bool IsParameter => Path.Contains('?', StringComparison.Ordinal);

    /// <summary>C# name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Folder and last part of the namespace.</summary>
    public string Group { get; set; } = "";

    public override string ToString() => $"{Name} ({Path})";
}

/// <summary>A set of strings that may grow: an extensible value type.</summary>
internal sealed class EnumDeclaration(string path, IReadOnlyList<string> values) : Declaration(path)
{
    public IReadOnlyList<string> Values { get; } = values;

    /// <summary>C# names of <see cref="Values"/>, in their order.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];
}

/// <summary>A JSON object: a sealed record.</summary>
internal sealed class ObjectDeclaration(string path) : Declaration(path)
{
    public List<Member> Members { get; } = [];

    /// <summary>The hierarchy it is a variant of.</summary>
    public Hierarchy? Hierarchy { get; set; }

    /// <summary>The body of a <c>multipart/form-data</c> request.</summary>
    public bool IsForm { get; set; }

    public Member? Find(string wireName) => Members.Find(member => member.WireName == wireName);
}

/// <summary>A member of an object.</summary>
internal sealed class Member(string wireName, Schema schema, TypeUse use, bool required)
{
    public string WireName { get; } = wireName;

    public Schema Schema { get; } = schema;

    public TypeReference Type { get; } = use.Type;

    public bool Nullable { get; } = use.Nullable;

    public bool Required { get; } = required;

    /// <summary>The only value it has: a tag.</summary>
    public string? Constant { get; init; }

    /// <summary>Null says something else than absence, so that setting it to null sends null.</summary>
    public bool NullSpeaks { get; init; }

    public string Name { get; set; } = "";
}

/// <summary>One of several types in one place, as the specification has it.</summary>
internal sealed class UnionDeclaration(string path, string? discriminator) : Declaration(path)
{
    public string? Discriminator { get; } = discriminator;

    /// <summary>The alternatives, unions within unions included.</summary>
    public List<TypeReference> Alternatives { get; } = [];

    /// <summary>Strings that the specification lists among the alternatives.</summary>
    public List<string> KnownTexts { get; } = [];

    /// <summary>The objects among the alternatives, in order.</summary>
    public IReadOnlyList<ObjectDeclaration> Objects { get; set; } = [];

    /// <summary>The alternatives that are not objects. With any of these the union is a value type with a case for each; without, it is a hierarchy.</summary>
    public IReadOnlyList<TypeReference> Others { get; set; } = [];

    /// <summary>The hierarchy of <see cref="Objects"/>, when there are at least two.</summary>
    public Hierarchy? Hierarchy { get; set; }

    public bool IsMixed => Others.Count > 0;
}

/// <summary>
/// The closed set of records that unions sharing a variant make together, under one abstract record. A union is then a place
/// where some of them may stand: it has its own way of telling them apart.
/// </summary>
internal sealed class Hierarchy(string path) : Declaration(path)
{
    public List<UnionDeclaration> Unions { get; } = [];

    public List<ObjectDeclaration> Variants { get; } = [];

    /// <summary>The tag that every variant has, when there is one.</summary>
    public string? Tag { get; set; }

    /// <summary>The union that the abstract record itself reads: the widest.</summary>
    public UnionDeclaration Widest => Unions.MaxBy(union => union.Objects.Count)!;
}
