using System.Text;

namespace Switchboard.Engine.Embeddings;

/// <summary>The n-grams of a word that nobody knows, hashed to rows of the sub-word table.</summary>
internal static class SubwordHash
{
    /// <summary>The rows of all n-grams of <c>&lt;word&gt;</c>, repeated ones repeated.</summary>
    public static List<int> Rows(string word, int shortest, int longest, int buckets)
    {
        var runes = WordReader.ToRunes($"<{word}>");
        var rows = new List<int>();
        for (var length = shortest; length <= longest; length++)
        {
            for (var i = 0; i + length <= runes.Length; i++)
            {
                rows.Add((int)(Fnv1a(runes.AsSpan(i, length)) % (uint)buckets));
            }
        }

        return rows;
    }

    private static uint Fnv1a(ReadOnlySpan<Rune> runes)
    {
        var hash = 2166136261;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in runes)
        {
            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                hash = unchecked((hash ^ value) * 16777619);
            }
        }

        return hash;
    }
}
