using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;

namespace Switchboard.SpecGen.Emit;

/// <summary>How a type is written in C#, and which codec reads and writes it.</summary>
internal static class TypeNames
{
    public static string Of(TypeReference type) => type switch
    {
        PrimitiveType primitive => Of(primitive.Kind),
        ListType list => $"IReadOnlyList<{Of(list.Item)}>",
        MapType map => $"IReadOnlyDictionary<string, {Of(map.Value)}>",
        NullableType nullable => Of(nullable.Inner) + "?",
        DeclaredType { Declaration: UnionDeclaration { IsMixed: false } union } => union.Hierarchy?.Name ?? union.Objects[0].Name,
        DeclaredType declared => declared.Declaration.Name,
        _ => throw new InvalidOperationException(type.ToString()),
    };

    public static string Codec(TypeReference type) => type switch
    {
        PrimitiveType primitive => Codec(primitive.Kind),
        ListType list => $"ListCodec<{Of(list.Item)}, {Codec(list.Item)}>",
        MapType map => $"MapCodec<{Of(map.Value)}, {Codec(map.Value)}>",
        NullableType nullable => $"{(IsValue(nullable.Inner) ? "NullableCodec" : "OptionalCodec")}<{Of(nullable.Inner)}, {Codec(nullable.Inner)}>",
        DeclaredType { Declaration: UnionDeclaration { IsMixed: false, Hierarchy: { } hierarchy } union } => Codec(hierarchy, union),
        _ => Of(type),
    };

    /// <summary>The hierarchy's own codec reads its widest union; a union with fewer variants has one of its own.</summary>
    public static string Codec(Hierarchy hierarchy, UnionDeclaration union) =>
        union.Objects.ToHashSet().SetEquals(hierarchy.Widest.Objects) ? hierarchy.Name : Representative(hierarchy, union) + "Codec";

    /// <summary>Unions with the same variants share a codec, named after the first of them.</summary>
    public static string Representative(Hierarchy hierarchy, UnionDeclaration union) =>
        Words.Pascal(hierarchy.Unions.First(other => other.Objects.ToHashSet().SetEquals(union.Objects)).Path);

    public static bool IsValue(TypeReference type) => type switch
    {
        PrimitiveType { Kind: Primitive.String or Primitive.File } => false,
        PrimitiveType => true,
        DeclaredType { Declaration: EnumDeclaration or UnionDeclaration { IsMixed: true } } => true,
        _ => false,
    };

    /// <summary>The type's default value means "absent", and it says so by <c>IsAbsent</c>.</summary>
    public static bool KnowsAbsence(TypeReference type) =>
        type is DeclaredType { Declaration: EnumDeclaration or UnionDeclaration { IsMixed: true } } or PrimitiveType { Kind: Primitive.Embedding };

    /// <summary>What a required member that the wire lacks reads as; null where nothing sensible stands in.</summary>
    public static string? StandIn(TypeReference type) => type switch
    {
        PrimitiveType { Kind: Primitive.String } => "\"\"",
        ListType => "[]",
        MapType map => $"System.Collections.ObjectModel.ReadOnlyDictionary<string, {Of(map.Value)}>.Empty",
        _ => null,
    };

    private static string Of(Primitive kind) => kind switch
    {
        Primitive.String => "string",
        Primitive.Boolean => "bool",
        Primitive.Int32 => "int",
        Primitive.Int64 => "long",
        Primitive.Double => "double",
        Primitive.UnixTime => "DateTimeOffset",
        Primitive.Bytes => "ReadOnlyMemory<byte>",
        Primitive.Json => "RawJson",
        Primitive.Embedding => "EmbeddingVector",
        Primitive.File => "UploadFile",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string Codec(Primitive kind) => kind switch
    {
        Primitive.Json => "RawJson",
        Primitive.Embedding => "EmbeddingVector",
        Primitive.Bytes => "Base64Codec",
        _ => kind + "Codec",
    };
}
