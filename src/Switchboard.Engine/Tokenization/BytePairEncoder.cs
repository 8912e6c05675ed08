using System.Text;
using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Tokenization;

/// <summary>Byte-level BPE as of GPT-2: words are cut first, then their bytes merge in the order of a list of pairs.</summary>
internal sealed class BytePairEncoder : ITokenEncoder
{
    private readonly Vocabulary _vocabulary;
    private readonly PreTokenizer _preTokenizer;

    /// <summary>A merge's rank by its line, "left right".</summary>
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ranks;

    public BytePairEncoder(Vocabulary vocabulary, PreTokenizer preTokenizer, string[] merges)
    {
        (_vocabulary, _preTokenizer) = (vocabulary, preTokenizer);
        var ranks = new Dictionary<string, int>(merges.Length, StringComparer.Ordinal);
        for (var i = 0; i < merges.Length; i++)
        {
            if (merges[i].IndexOf(' ', StringComparison.Ordinal) is < 1 || merges[i].EndsWith(' '))
            {
                throw new GgufFormatException($"entry {i} of tokenizer.ggml.merges is not a pair");
            }

            ranks.TryAdd(merges[i], i);
        }

        _ranks = ranks.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        foreach (var word in _preTokenizer.Split(text))
        {
            EncodeWord(ToAlphabet(text[word]), tokens);
        }
    }

    public byte[] Decode(string token)
    {
        var bytes = new List<byte>(token.Length);
        Span<byte> character = stackalloc byte[4];
        foreach (var rune in token.EnumerateRunes())
        {
            if (rune.IsBmp && ByteAlphabet.ToByte((char)rune.Value) is >= 0 and var value)
            {
                bytes.Add((byte)value);
            }
            else
            {
                bytes.AddRange(character[..rune.EncodeToUtf8(character)]);
            }
        }

        return [.. bytes];
    }

    private static string ToAlphabet(ReadOnlySpan<char> word)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        return string.Create(bytes.Length, bytes, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = ByteAlphabet.ToCharacter(source[i]);
            }
        });
    }

    private void EncodeWord(string word, List<int> tokens)
    {
        if (_preTokenizer.WholeWordsFirst && _vocabulary.Plain.TryGetValue(word, out var whole))
        {
            tokens.Add(whole);
            return;
        }

        var symbols = SymbolList.OfCharacters(word);
        Merge(word, symbols);
        for (var i = 0; i >= 0; i = symbols[i].Next)
        {
            Emit(word.AsSpan(symbols[i].Start, symbols[i].Length), tokens);
        }
    }

    private void Merge(string word, SymbolList symbols)
    {
        var queue = new PriorityQueue<Merging, (int Rank, int Left)>();
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            Propose(word, symbols, i, queue);
        }

        while (queue.TryDequeue(out var merging, out _))
        {
            if (symbols.TryMerge(merging))
            {
                Propose(word, symbols, symbols[merging.Left].Previous, queue);
                Propose(word, symbols, merging.Left, queue);
            }
        }
    }

    private void Propose(string word, SymbolList symbols, int left, PriorityQueue<Merging, (int Rank, int Left)> queue)
    {
        if (left < 0 || symbols[left].Next < 0)
        {
            return;
        }

        var (first, second) = (symbols[left], symbols[symbols[left].Next]);
        var length = first.Length + second.Length;
        var line = length < 256 ? stackalloc char[length + 1] : new char[length + 1];
        word.AsSpan(first.Start, first.Length).CopyTo(line);
        line[first.Length] = ' ';
        word.AsSpan(second.Start, second.Length).CopyTo(line[(first.Length + 1)..]);
        if (_ranks.TryGetValue(line, out var rank))
        {
            queue.Enqueue(new Merging(left, length), (rank, left));
        }
    }

    private void Emit(ReadOnlySpan<char> symbol, List<int> tokens)
    {
        if (_vocabulary.Plain.TryGetValue(symbol, out var token))
        {
            tokens.Add(token);
            return;
        }

        // A merge whose result is no token: a damaged vocabulary; its bytes may be tokens.
        for (var i = 0; i < symbol.Length; i++)
        {
            if (_vocabulary.Plain.TryGetValue(symbol.Slice(i, 1), out token))
            {
                tokens.Add(token);
            }
            else if (_vocabulary.UnknownToken >= 0)
            {
                tokens.Add(_vocabulary.UnknownToken);
            }
        }
    }
}
