using System.Text;

namespace Switchboard.SpecGen.Emit;

/// <summary>A function from a name in UTF-8 to its place in a list: by length first, so that few names are compared.</summary>
internal static class IndexEmitter
{
    public static void Emit(CodeWriter code, string function, IReadOnlyList<string> names) => Emit(code, "private static", function, names);

    public static void Emit(CodeWriter code, string modifiers, string function, IReadOnlyList<string> names)
    {
        code.Open($"{modifiers} int {function}(ReadOnlySpan<byte> name)");
        if (names.Count > 0)
        {
            code.Open("switch (name.Length)");
            foreach (var length in names.Select((name, index) => (name, index)).GroupBy(entry => Encoding.UTF8.GetByteCount(entry.name)).OrderBy(group => group.Key))
            {
                code.Open($"case {length.Key}:");
                foreach (var (name, index) in length)
                {
                    code.Line($"if (name.SequenceEqual({Literals.Utf8(name)})) return {index};");
                }

                code.Line("break;");
                code.Close();
            }

            code.Close();
            code.Blank();
        }

        code.Line("return -1;");
        code.Close();
    }
}
