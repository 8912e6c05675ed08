using System.Globalization;
using System.Text;
using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Tokenization;

/// <summary>
/// Cuts text into words before byte pairs are merged. Each model family has a regular expression for it; these are those expressions
/// written out, over whole characters (.NET's would see surrogates) and without backtracking.
/// </summary>
internal sealed class PreTokenizer
{
    private enum Style
    {
        /// <summary><c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c></summary>
        Gpt2,

        /// <summary>As <see cref="Gpt2"/>, but every digit is a word of its own and ends the stretch before it.</summary>
        Digits,

        /// <summary><c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,n}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c></summary>
        Llama3,
    }

    private enum Class
    {
        End,
        Letter,
        Number,
        Space,
        Other,
    }

    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private readonly Style _style;
    private readonly int _mostDigits;

    private PreTokenizer(Style style, int mostDigits = int.MaxValue)
    {
        (_style, _mostDigits) = (style, mostDigits);
    }

    /// <summary>Whether a word that is a token as a whole is taken before any merge.</summary>
    public bool WholeWordsFirst { get; private init; }

    /// <summary>The cutter that a file's <c>tokenizer.ggml.pre</c> names.</summary>
    public static PreTokenizer Named(string? name) => name switch
    {
        null or "" or "default" or "gpt-2" or "phi-2" or "mpt" or "olmo" or "jais" or "trillion" => new(Style.Gpt2),
        "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" or "exaone" or "minerva-7b" => new(Style.Digits),
        "llama3" or "llama-v3" or "llama-bpe" or "falcon3" or "pixtral" => new(Style.Llama3, 3) { WholeWordsFirst = true },
        "dbrx" or "smaug-bpe" => new(Style.Llama3, 3),
        "qwen2" or "stablelm2" or "deepseek-r1-qwen" or "megrez" => new(Style.Llama3, 1),
        _ => throw new GgufFormatException($"the pre-tokenizer '{name}' is not supported"),
    };

    public List<Range> Split(ReadOnlySpan<char> text)
    {
        var words = new List<Range>();
        if (_style != Style.Digits)
        {
            SplitStretch(text, 0, words);
            return words;
        }

        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            var kind = Classify(text, i, out var length);
            if (kind == Class.Number)
            {
                SplitStretch(text[start..i], start, words);
                words.Add(i..(i + length));
                start = i + length;
            }

            i += length;
        }

        SplitStretch(text[start..], start, words);
        return words;
    }

    private static Class Classify(ReadOnlySpan<char> text, int index, out int length)
    {
        if (index >= text.Length)
        {
            length = 0;
            return Class.End;
        }

        Rune.DecodeFromUtf16(text[index..], out var rune, out length);
        if (Rune.IsWhiteSpace(rune))
        {
            return Class.Space;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Class.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Class.Number,
            _ => Class.Other,
        };
    }

    /// <summary>The end of a run of one class.</summary>
    private static int RunEnd(ReadOnlySpan<char> text, int index, Class kind, int most = int.MaxValue)
    {
        for (var count = 0; count < most && Classify(text, index, out var length) == kind; count++)
        {
            index += length;
        }

        return index;
    }

    private static bool IsLineBreak(char character) => character is '\r' or '\n';

    private void SplitStretch(ReadOnlySpan<char> text, int offset, List<Range> words)
    {
        for (var i = 0; i < text.Length;)
        {
            var end = Contraction(text, i);
            if (end == i)
            {
                end = _style == Style.Llama3 ? Llama3Word(text, i) : Gpt2Word(text, i);
            }

            words.Add((offset + i)..(offset + end));
            i = end;
        }
    }

    private int Contraction(ReadOnlySpan<char> text, int index)
    {
        if (text[index] == '\'')
        {
            var comparison = _style == Style.Llama3 ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            foreach (var contraction in s_contractions)
            {
                if (text[index..].StartsWith(contraction, comparison))
                {
                    return index + contraction.Length;
                }
            }
        }

        return index;
    }

    private static int Gpt2Word(ReadOnlySpan<char> text, int index)
    {
        var kind = Classify(text, index, out var length);
        if (text[index] == ' ' && Classify(text, index + 1, out _) is var next and (Class.Letter or Class.Number or Class.Other))
        {
            return RunEnd(text, index + 1, next);
        }

        return kind == Class.Space ? SpaceEnd(text, index) : RunEnd(text, index + length, kind);
    }

    private int Llama3Word(ReadOnlySpan<char> text, int index)
    {
        var kind = Classify(text, index, out var length);
        switch (kind)
        {
            case Class.Letter:
                return RunEnd(text, index, Class.Letter);
            case Class.Number:
                return RunEnd(text, index, Class.Number, _mostDigits);
        }

        // Any one character but a line break may stand before a word.
        if (!IsLineBreak(text[index]) && Classify(text, index + length, out _) == Class.Letter)
        {
            return RunEnd(text, index + length, Class.Letter);
        }

        var others = text[index] == ' ' ? index + 1 : index;
        if (Classify(text, others, out _) == Class.Other)
        {
            var end = RunEnd(text, others, Class.Other);
            while (end < text.Length && IsLineBreak(text[end]))
            {
                end++;
            }

            return end;
        }

        var spaces = RunEnd(text, index, Class.Space);
        var lastBreak = text[index..spaces].LastIndexOfAny('\r', '\n');
        return lastBreak >= 0 ? index + lastBreak + 1 : SpaceEnd(text, index);
    }

    /// <summary>A run of spaces leaves its last one to the word that follows.</summary>
    private static int SpaceEnd(ReadOnlySpan<char> text, int index)
    {
        var end = RunEnd(text, index, Class.Space);
        return end < text.Length && end - index > 1 ? end - 1 : end;
    }
}
