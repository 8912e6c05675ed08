namespace Switchboard.SpecGen.Emit;

/// <summary>The members that make types comparable.</summary>
internal static class EqualityEmitter
{
    /// <summary>Equality of a record as JSON, in place of the compiler's, member by member.</summary>
    public static void Record(CodeWriter code, string modifier, string name, string furthermore)
    {
        code.Summary(furthermore.Length > 0 ? "Whether both say the same on the wire, with the same files." : "Whether both say the same on the wire.");
        code.Line($"public {modifier}bool Equals({name}? other) => base.Equals(other){furthermore};");
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line("public override int GetHashCode() => base.GetHashCode();");
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line("protected override bool PrintMembers(StringBuilder builder) => false;");
        code.Blank();
    }

    public static void Operators(CodeWriter code, string name)
    {
        code.Summary("Whether both say the same on the wire.");
        code.Line($"public static bool operator ==({name} left, {name} right) => left.Equals(right);");
        code.Blank();
        code.Summary("Whether they say something different on the wire.");
        code.Line($"public static bool operator !=({name} left, {name} right) => !left.Equals(right);");
        code.Blank();
    }

    public static void Overrides(CodeWriter code, string name, string hash, string text)
    {
        code.Line("/// <inheritdoc/>");
        code.Line($"public override bool Equals(object? obj) => obj is {name} other && Equals(other);");
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line($"public override int GetHashCode() => {hash};");
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line($"public override string ToString() => {text};");
        code.Blank();
    }
}
