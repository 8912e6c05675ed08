namespace Switchboard.Engine.Embeddings;

/// <summary>From words to token numbers: the words as they are, by their endings, and misspelt by one slip.</summary>
internal sealed class WordIndex
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz";
    private const string Vowels = "aeiou";

    private readonly Dictionary<string, int> _index;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly (string Suffix, string Replacement)[] _rules;
    private readonly int _leastCorrected;

    public WordIndex(Dictionary<string, int> index, IEnumerable<string> rules, int leastCorrected)
    {
        _index = index;
        _lookup = _index.GetAlternateLookup<ReadOnlySpan<char>>();
        _rules = [.. rules.Select(rule => rule.Split('>', 2)).Select(parts => (parts[0], parts[1]))];
        _leastCorrected = leastCorrected;
    }

    /// <summary>The token of a word that is there as it is.</summary>
    public int? Exact(string word) => _index.TryGetValue(word, out var token) ? token : null;

    /// <summary>The token of the word, or of the first of its stems that has one.</summary>
    public int? Known(string word) =>
        Exact(word) ?? Stems(word).Select(Exact).FirstOrDefault(token => token is not null);

    /// <summary>The commonest word one slip away from the word or one of its stems, likelier slips first.</summary>
    public int? Corrected(string word)
    {
        var forms = Stems(word).Prepend(word).Select(form => new Letters(form)).Where(form => form.Count >= _leastCorrected).ToArray();
        return Nearest(forms, Likely) ?? Nearest(forms, Middling) ?? Nearest(forms, Rest);
    }

    /// <summary>What the suffix rules make of a word, in their order.</summary>
    internal IEnumerable<string> Stems(string word)
    {
        foreach (var (suffix, replacement) in _rules)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            var stem = new Letters(word[..^suffix.Length]);
            if (stem.Count < 2)
            {
                continue;
            }

            if (replacement != "!")
            {
                yield return stem.Text + replacement;
            }
            else if (stem.Count >= 3 && stem.IsDoubled(stem.Count - 1))
            {
                // stopped: stopp: stop
                yield return stem.Text[..stem.Start(stem.Count - 1)];
            }
        }
    }

    private static int? Nearest(Letters[] forms, Action<Letters, Hit> tier)
    {
        var hit = new Hit();
        foreach (var form in forms)
        {
            tier(form, hit);
        }

        return hit.Token;
    }

    // Two letters swapped, one doubled by mistake, one not doubled by mistake. The first letter always stays.
    private void Likely(Letters word, Hit hit)
    {
        for (var i = 1; i < word.Count; i++)
        {
            if (i + 1 < word.Count)
            {
                Try(word, i, [.. word[i + 1], .. word[i]], i + 2, hit);
            }

            if (word.IsDoubled(i))
            {
                Try(word, i, [], i + 1, hit);
            }

            Try(word, i, word[i], i, hit);
        }
    }

    // One letter too many, one missing, a wrong vowel.
    private void Middling(Letters word, Hit hit)
    {
        for (var i = 1; i <= word.Count; i++)
        {
            foreach (var letter in Alphabet)
            {
                Try(word, i, [letter], i, hit);
            }

            if (i == word.Count)
            {
                return;
            }

            Try(word, i, [], i + 1, hit);
            if (word[i] is [var old] && Vowels.Contains(old))
            {
                foreach (var vowel in Vowels)
                {
                    Try(word, i, [vowel], i + 1, hit);
                }
            }
        }
    }

    // Any wrong letter.
    private void Rest(Letters word, Hit hit)
    {
        for (var i = 1; i < word.Count; i++)
        {
            foreach (var letter in Alphabet)
            {
                Try(word, i, [letter], i + 1, hit);
            }
        }
    }

    // The word up to a letter, something else, and the word from a letter on.
    private void Try(Letters word, int end, ReadOnlySpan<char> middle, int start, Hit hit)
    {
        var before = word.Text.AsSpan(0, word.Start(end));
        var after = word.Text.AsSpan(word.Start(start));
        Span<char> candidate = stackalloc char[before.Length + middle.Length + after.Length];
        before.CopyTo(candidate);
        middle.CopyTo(candidate[before.Length..]);
        after.CopyTo(candidate[(before.Length + middle.Length)..]);
        if (_lookup.TryGetValue(candidate, out var token) && (hit.Token is null || token < hit.Token))
        {
            hit.Token = token;
        }
    }

    private sealed class Hit
    {
        public int? Token { get; set; }
    }

    /// <summary>A word by its code points.</summary>
    private sealed class Letters
    {
        private readonly int[] _starts;

        public Letters(string text)
        {
            Text = text;
            var starts = new List<int>(text.Length + 1) { 0 };
            foreach (var rune in text.EnumerateRunes())
            {
                starts.Add(starts[^1] + rune.Utf16SequenceLength);
            }

            _starts = [.. starts];
        }

        public string Text { get; }

        public int Count => _starts.Length - 1;

        public ReadOnlySpan<char> this[int i] => Text.AsSpan(_starts[i], _starts[i + 1] - _starts[i]);

        public int Start(int i) => _starts[i];

        public bool IsDoubled(int i) => this[i].SequenceEqual(this[i - 1]);
    }
}
