namespace Switchboard.SpecGen.Model;

/// <summary>What a member, a list's element or a map's value is.</summary>
internal abstract record TypeReference
{
    /// <summary>The same name whatever the spelling in the specification; equal signatures are the same type.</summary>
    public abstract string Signature { get; }
}

internal sealed record PrimitiveType(Primitive Kind) : TypeReference
{
    public override string Signature => Kind.ToString();
}

internal sealed record ListType(TypeReference Item) : TypeReference
{
    public override string Signature => $"[{Item.Signature}]";
}

internal sealed record MapType(TypeReference Value) : TypeReference
{
    public override string Signature => $"{{{Value.Signature}}}";
}

/// <summary>A null may stand in a list or a map.</summary>
internal sealed record NullableType(TypeReference Inner) : TypeReference
{
    public override string Signature => Inner.Signature + "?";
}

internal sealed record DeclaredType(Declaration Declaration) : TypeReference
{
    public override string Signature => Declaration.Path;
}

/// <summary>A use of a type, and whether null may stand in its place.</summary>
internal sealed record TypeUse(TypeReference Type, bool Nullable);

internal enum Primitive
{
    String,
    Boolean,
    Int32,
    Int64,
    Double,
    UnixTime,
    Bytes,
    Json,
    Embedding,
    File,
}
