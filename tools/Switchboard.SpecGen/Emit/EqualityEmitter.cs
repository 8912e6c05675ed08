namespace Switchboard.SpecGen.Emit;

/// <summary>The members that every comparable value type has.</summary>
internal static class EqualityEmitter
{
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
