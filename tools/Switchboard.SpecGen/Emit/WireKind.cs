using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>The kinds of JSON values that a type is read from, as an expression of the protocol's <c>WireKinds</c>.</summary>
internal static class WireKind
{
    public static string Of(TypeReference type) => type switch
    {
        PrimitiveType { Kind: Primitive.Boolean } => "WireKinds.Boolean",
        PrimitiveType { Kind: Primitive.Int32 or Primitive.Int64 or Primitive.Double or Primitive.UnixTime } => "WireKinds.Number",
        PrimitiveType { Kind: Primitive.String or Primitive.Bytes } => "WireKinds.String",
        PrimitiveType { Kind: Primitive.Embedding } => "WireKinds.Array | WireKinds.String",
        ListType => "WireKinds.Array",
        MapType => "WireKinds.Object",
        DeclaredType { Declaration: EnumDeclaration } => "WireKinds.String",
        DeclaredType { Declaration: ObjectDeclaration or UnionDeclaration { IsMixed: false } } => "WireKinds.Object",
        _ => "WireKinds.Any",
    };
}
