using System.Text;
using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Tokenization;

/// <summary>A model's tokenizer: special tokens first, then the family's encoder for the text between them.</summary>
internal sealed class Tokenizer
{
    private readonly ITokenEncoder _encoder;
    private readonly SpecialTokens _special;
    private readonly byte[] _bytes;
    private readonly int[] _offsets;

    private Tokenizer(Vocabulary vocabulary, ITokenEncoder encoder, bool addBegin)
    {
        (Vocabulary, _encoder, AddsBegin) = (vocabulary, encoder, addBegin && vocabulary.BeginToken >= 0);
        _special = new SpecialTokens(vocabulary);
        (_bytes, _offsets) = DecodeAll();
    }

    public Vocabulary Vocabulary { get; }

    /// <summary>Whether the model wants its begin-of-text token before every prompt.</summary>
    public bool AddsBegin { get; }

    public static Tokenizer Read(GgufMetadata metadata)
    {
        var vocabulary = Vocabulary.Read(metadata);
        switch (metadata.RequiredText("tokenizer.ggml.model"))
        {
            case "llama":
                var spaced = metadata.Flag("tokenizer.ggml.add_space_prefix") ?? true;
                return new Tokenizer(vocabulary, new SentencePieceEncoder(vocabulary, spaced), metadata.Flag("tokenizer.ggml.add_bos_token") ?? true);
            case "gpt2":
                var cutter = PreTokenizer.Named(metadata.Text("tokenizer.ggml.pre"));
                var merges = metadata.Texts("tokenizer.ggml.merges") ?? throw GgufMetadata.Missing("tokenizer.ggml.merges");
                var begins = metadata.Flag("tokenizer.ggml.add_bos_token") ?? cutter.WholeWordsFirst;
                return new Tokenizer(vocabulary, new BytePairEncoder(vocabulary, cutter, merges), begins);
            case var other:
                throw new GgufFormatException($"the tokenizer '{other}' is not supported; 'llama' and 'gpt2' are");
        }
    }

    /// <summary>The bytes that a token adds to an answer; none for a control token.</summary>
    public ReadOnlyMemory<byte> Bytes(int id) => _bytes.AsMemory(_offsets[id], _offsets[id + 1] - _offsets[id]);

    /// <summary>Cuts text into tokens.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="mayControl">Whether a stretch (start, length) of the text may be taken as a control token.</param>
    public List<int> Encode(string text, Func<int, int, bool> mayControl)
    {
        text = WellFormed(text);
        var tokens = new List<int>();
        var position = 0;
        while (_special.TryFind(text, position, mayControl, out var found))
        {
            _encoder.Encode(text.AsSpan(position, found.Start - position), tokens);
            tokens.Add(found.Id);
            position = found.Start + found.Length;
        }

        _encoder.Encode(text.AsSpan(position), tokens);
        return tokens;
    }

    /// <summary>Puts the begin-of-text token in front, where the model wants one.</summary>
    public List<int> WithBegin(List<int> tokens)
    {
        if (AddsBegin)
        {
            tokens.Insert(0, Vocabulary.BeginToken);
        }

        return tokens;
    }

    /// <summary>Lone surrogates, which UTF-8 cannot carry, become U+FFFD; lengths stay.</summary>
    private static string WellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])))
            {
                var characters = text.ToCharArray();
                for (; i < characters.Length; i++)
                {
                    if (i + 1 < characters.Length && char.IsSurrogatePair(characters[i], characters[i + 1]))
                    {
                        i++;
                    }
                    else if (char.IsSurrogate(characters[i]))
                    {
                        characters[i] = '\uFFFD';
                    }
                }

                return new string(characters);
            }

            i += char.IsHighSurrogate(text[i]) ? 1 : 0;
        }

        return text;
    }

    private (byte[] Bytes, int[] Offsets) DecodeAll()
    {
        var offsets = new int[Vocabulary.Size + 1];
        using var bytes = new MemoryStream();
        for (var id = 0; id < Vocabulary.Size; id++)
        {
            offsets[id] = (int)bytes.Length;
            bytes.Write(Decode(id));
        }

        offsets[^1] = (int)bytes.Length;
        return (bytes.ToArray(), offsets);
    }

    private byte[] Decode(int id)
    {
        var text = Vocabulary.Text(id);
        return Vocabulary.Kind(id) switch
        {
            TokenKind.Normal => _encoder.Decode(text),
            TokenKind.UserDefined => Encoding.UTF8.GetBytes(text),
            TokenKind.Byte when SentencePieceEncoder.ByteOf(text) is { } value => [value],
            _ => [],
        };
    }
}
