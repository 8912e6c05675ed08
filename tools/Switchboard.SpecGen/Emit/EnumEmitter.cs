using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>A set of strings that may grow: a value type around the string, with the known values as properties.</summary>
internal static class EnumEmitter
{
    public static void Emit(CodeWriter code, EnumDeclaration declaration, Documentation documentation)
    {
        var name = declaration.Name;
        code.Summary(documentation.Of(declaration));
        code.Line("/// <remarks>A value that is not listed here is kept as it is.</remarks>");
        code.Line($"[JsonConverter(typeof(WireConverter<{name}>))]");
        code.Open($"public readonly partial struct {name} : IEquatable<{name}>, IWireCodec<{name}>");
        code.Line("private readonly string? _value;");
        code.Blank();
        code.Summary("Any value, also one that is not listed.");
        code.Line($"public {name}(string value)\n{{\n    ArgumentNullException.ThrowIfNull(value);\n    _value = value;\n}}");
        code.Blank();
        for (var i = 0; i < declaration.Values.Count; i++)
        {
            code.Summary(documentation.Of(declaration, declaration.Values[i]));
            code.Line($"public static {name} {declaration.Names[i]} => new({Literals.Text(declaration.Values[i])});");
            code.Blank();
        }

        code.Summary("The string on the wire.");
        code.Line("public string Value => _value ?? \"\";");
        code.Blank();
        code.Line("internal bool IsAbsent => _value is null;");
        code.Blank();
        code.Summary("Any value, also one that is not listed.");
        code.Line($"public static implicit operator {name}(string value) => new(value);");
        code.Blank();
        EqualityEmitter.Operators(code, name);
        code.Line("/// <inheritdoc/>");
        code.Line($"public bool Equals({name} other) => Value == other.Value;");
        code.Blank();
        EqualityEmitter.Overrides(code, name, "Value.GetHashCode(StringComparison.Ordinal)", "Value");
        code.Open($"static {name} IWireCodec<{name}>.Read(ref WireReader reader)");
        code.Open("return new(IndexOf(reader.ValueSpan) switch");
        for (var i = 0; i < declaration.Values.Count; i++)
        {
            code.Line($"{i} => {Literals.Text(declaration.Values[i])},");
        }

        code.Line("_ => reader.ReadString(),");
        code.Close("});");
        code.Close();
        code.Blank();
        code.Line($"static void IWireCodec<{name}>.Write(ref WireWriter writer, {name} value) => writer.WriteString(value.Value);");
        code.Blank();
        IndexEmitter.Emit(code, "IndexOf", declaration.Values);
        code.Close();
    }
}
