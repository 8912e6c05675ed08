using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Tokenization;

/// <summary>The tokens of a model: their texts, kinds and merging scores, and which of them are special.</summary>
internal sealed class Vocabulary
{
    /// <summary>Far above the largest vocabularies (about 260,000).</summary>
    private const int MostTokens = 4 << 20;

    // Files often name only one end token; these texts end an answer in the chat formats that use them.
    private static readonly HashSet<string> s_endTexts = new(StringComparer.Ordinal)
    {
        "</s>", "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<|endoftext|>", "<|end_of_text|>", "<end_of_turn>", "<EOT>", "[EOT]", "<|eos|>",
    };

    private readonly string[] _texts;
    private readonly TokenKind[] _kinds;
    private readonly float[] _scores;
    private readonly Dictionary<string, int> _plain = new(StringComparer.Ordinal);

    private Vocabulary(string[] texts, TokenKind[] kinds, float[] scores)
    {
        (_texts, _kinds, _scores) = (texts, kinds, scores);
        for (var id = 0; id < texts.Length; id++)
        {
            // Text from users never merges into a control token, whatever the merging rules say.
            if (kinds[id] is not (TokenKind.Control or TokenKind.Unknown))
            {
                _plain[texts[id]] = id;
            }
        }

        Plain = _plain.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Size => _texts.Length;

    /// <summary>Finds tokens that plain text may become.</summary>
    public Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Plain { get; }

    public int BeginToken { get; private init; }

    public int UnknownToken { get; private init; }

    public IReadOnlyList<int> EndTokens { get; private init; } = [];

    public string Text(int id) => _texts[id];

    public TokenKind Kind(int id) => _kinds[id];

    public float Score(int id) => _scores[id];

    /// <summary>The text of a token that the metadata name, or nothing; chat templates ask for it.</summary>
    public string TextOrEmpty(int id) => id >= 0 ? _texts[id] : string.Empty;

    public static Vocabulary Read(GgufMetadata metadata)
    {
        var texts = metadata.Texts("tokenizer.ggml.tokens") ?? throw GgufMetadata.Missing("tokenizer.ggml.tokens");
        if (texts.Length is 0 or > MostTokens)
        {
            throw new GgufFormatException($"tokenizer.ggml.tokens has {texts.Length} tokens");
        }

        var kinds = ReadKinds(metadata, texts.Length);
        var scores = metadata.Numbers("tokenizer.ggml.scores") ?? new float[texts.Length];
        CheckLength("tokenizer.ggml.scores", scores.Length, texts.Length);
        return new Vocabulary(texts, kinds, scores)
        {
            BeginToken = TokenId(metadata, "bos", texts.Length),
            UnknownToken = TokenId(metadata, "unknown", texts.Length),
            EndTokens = FindEnds(metadata, texts, kinds),
        };
    }

    public static int TokenId(GgufMetadata metadata, string name, int size) =>
        metadata.Integer($"tokenizer.ggml.{name}_token_id", -1, size - 1) ?? -1;

    private static TokenKind[] ReadKinds(GgufMetadata metadata, int size)
    {
        var kinds = new TokenKind[size];
        if (metadata.Integers("tokenizer.ggml.token_type") is not { } numbers)
        {
            Array.Fill(kinds, TokenKind.Normal);
            return kinds;
        }

        CheckLength("tokenizer.ggml.token_type", numbers.Length, size);
        for (var i = 0; i < size; i++)
        {
            kinds[i] = numbers[i] is >= 1 and <= 6 ? (TokenKind)numbers[i] : TokenKind.Normal;
        }

        return kinds;
    }

    private static List<int> FindEnds(GgufMetadata metadata, string[] texts, TokenKind[] kinds)
    {
        var ends = new SortedSet<int>();
        foreach (var name in (string[])["eos", "eot", "eom"])
        {
            ends.Add(TokenId(metadata, name, texts.Length));
        }

        for (var id = 0; id < texts.Length; id++)
        {
            if (kinds[id] == TokenKind.Control && s_endTexts.Contains(texts[id]))
            {
                ends.Add(id);
            }
        }

        ends.Remove(-1);
        return [.. ends];
    }

    private static void CheckLength(string key, int length, int size)
    {
        if (length != size)
        {
            throw new GgufFormatException($"{key} has {length} entries for {size} tokens");
        }
    }
}
