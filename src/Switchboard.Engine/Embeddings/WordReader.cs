using System.Globalization;
using System.Text;

namespace Switchboard.Engine.Embeddings;

/// <summary>
/// Cuts text into words: runs of letters and digits, split further where the run as a whole is no known word. The
/// rules are those of tools/tiny-model/embed/FORMAT.md, steps 1 and 2.
/// </summary>
internal sealed class WordReader(Func<string, bool> isKnown, int mostWords)
{
    private const int MostRunes = 64;

    /// <summary>The words of a text, lower-case, in order; no more than the limit.</summary>
    public List<string> Read(string text)
    {
        var words = new List<string>();
        var runes = ToRunes(text);
        var run = new List<Rune>();
        for (var i = 0; i < runes.Length && words.Count < mostWords;)
        {
            if (!IsLetterOrDigit(runes[i]))
            {
                i++;
                continue;
            }

            var start = i;
            i = ReadRun(runes, i, run);
            AddWords(Named(runes, start, i, run) ?? run.ToArray(), words);
        }

        if (words.Count > mostWords)
        {
            words.RemoveRange(mostWords, words.Count - mostWords);
        }

        return words;
    }

    /// <summary>Lower case by Unicode's simple mapping, accents of the commonest letters taken off.</summary>
    public static string Lower(ReadOnlySpan<Rune> runes)
    {
        var text = new StringBuilder(runes.Length);
        foreach (var rune in runes)
        {
            text.Append(Fold(rune));
        }

        return text.ToString();
    }

    public static Rune[] ToRunes(string text)
    {
        var runes = new Rune[text.Length];
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            runes[count++] = rune;
        }

        return runes[..count];
    }

    public static bool IsDigit(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    private static bool IsLetter(Rune rune) => Rune.IsLetter(rune);

    private static bool IsLetterOrDigit(Rune rune) => IsLetter(rune) || IsDigit(rune);

    // Combining accents neither count nor separate; an apostrophe does not separate two letters.
    private static int ReadRun(Rune[] runes, int i, List<Rune> run)
    {
        run.Clear();
        for (; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (IsLetterOrDigit(rune))
            {
                run.Add(rune);
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark && !IsInnerApostrophe(runes, i))
            {
                break;
            }
        }

        return i;
    }

    private static bool IsInnerApostrophe(Rune[] runes, int i) =>
        runes[i].Value is '\'' or '\u2019' && i + 1 < runes.Length && IsLetter(runes[i - 1]) && IsLetter(runes[i + 1]);

    // The names that their punctuation makes: C#, F#, C++, .NET.
    private static Rune[]? Named(Rune[] runes, int start, int end, List<Rune> run)
    {
        if (run.Count is not (1 or 3))
        {
            return null;
        }

        var first = end < runes.Length ? runes[end].Value : 0;
        var second = end + 1 < runes.Length ? runes[end + 1].Value : 0;
        var name = (string.Concat(run), first, second) switch
        {
            ("C" or "c", '#', _) => "csharp",
            ("F" or "f", '#', _) => "fsharp",
            ("C" or "c", '+', '+') => "cplusplus",
            ("NET" or "Net" or "net", _, _) when FollowsLoneDot(runes, start) => "dotnet",
            _ => null,
        };
        return name is null ? null : ToRunes(name);
    }

    private static bool FollowsLoneDot(Rune[] runes, int start) =>
        start > 0 && runes[start - 1].Value == '.' && (start == 1 || !IsLetterOrDigit(runes[start - 2]));

    private static Rune Fold(Rune rune)
    {
        // Its simple mapping would be a plain i; the reference keeps it.
        var lower = rune.Value == 0x130 ? rune : Rune.ToLowerInvariant(rune);
        const string Accented = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ";
        const string Plain = "aaaaaaceeeeiiiinooooouuuuyy";
        var accent = lower.Value is >= 0xE0 and <= 0xFF ? Accented.IndexOf((char)lower.Value, StringComparison.Ordinal) : -1;
        return accent < 0 ? lower : new Rune(Plain[accent]);
    }

    private static string Word(ReadOnlySpan<Rune> runes) => Lower(runes[..Math.Min(runes.Length, MostRunes)]);

    private void AddWords(ReadOnlySpan<Rune> run, List<string> words)
    {
        var whole = Word(run);
        if (isKnown(whole))
        {
            words.Add(whole);
            return;
        }

        var start = 0;
        for (var i = 1; i < run.Length; i++)
        {
            if (IsSeam(run[i - 1], run[i]))
            {
                words.Add(Word(run[start..i]));
                start = i;
            }
        }

        words.Add(Word(run[start..]));
    }

    // Between a and 1, 1 and a, a and B.
    private static bool IsSeam(Rune before, Rune after) =>
        IsDigit(before) != IsDigit(after)
        || (Rune.GetUnicodeCategory(before) == UnicodeCategory.LowercaseLetter && Rune.GetUnicodeCategory(after) == UnicodeCategory.UppercaseLetter);
}
