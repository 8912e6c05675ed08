using System.Globalization;
using System.Text;

namespace Switchboard.Engine.Tokenization;

/// <summary>
/// SentencePiece's BPE: characters merge into the best-scored token of the vocabulary until none fits; what stays unknown is written as bytes.
/// </summary>
internal sealed class SentencePieceEncoder : ITokenEncoder
{
    private const char Space = '\u2581'; // ▁

    private readonly Vocabulary _vocabulary;
    private readonly bool _addSpacePrefix;
    private readonly int[] _byteTokens = new int[256];

    public SentencePieceEncoder(Vocabulary vocabulary, bool addSpacePrefix)
    {
        (_vocabulary, _addSpacePrefix) = (vocabulary, addSpacePrefix);
        for (var value = 0; value < 256; value++)
        {
            _byteTokens[value] = vocabulary.Plain.TryGetValue(ByteText(value), out var id) ? id : vocabulary.UnknownToken;
        }
    }

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        if (text.IsEmpty)
        {
            return;
        }

        var escaped = (_addSpacePrefix ? " " : string.Empty) + text.ToString();
        escaped = escaped.Replace(' ', Space);
        var symbols = SymbolList.OfCharacters(escaped);
        Merge(escaped, symbols);
        for (var i = 0; i >= 0; i = symbols[i].Next)
        {
            Emit(escaped.AsSpan(symbols[i].Start, symbols[i].Length), tokens);
        }
    }

    public byte[] Decode(string token) => Encoding.UTF8.GetBytes(token.Replace(Space, ' '));

    /// <summary>The value of a byte token such as <c>&lt;0x0A&gt;</c>, or null.</summary>
    public static byte? ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static string ByteText(int value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    private void Merge(string text, SymbolList symbols)
    {
        var queue = new PriorityQueue<Merging, (float Score, int Left)>(Comparer<(float Score, int Left)>.Create(static (a, b) =>
            a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Left.CompareTo(b.Left)));
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            Propose(text, symbols, i, queue);
        }

        while (queue.TryDequeue(out var merging, out _))
        {
            if (symbols.TryMerge(merging))
            {
                Propose(text, symbols, symbols[merging.Left].Previous, queue);
                Propose(text, symbols, merging.Left, queue);
            }
        }
    }

    private void Propose(string text, SymbolList symbols, int left, PriorityQueue<Merging, (float Score, int Left)> queue)
    {
        if (left < 0 || symbols[left].Next < 0)
        {
            return;
        }

        var length = symbols[left].Length + symbols[symbols[left].Next].Length;
        if (_vocabulary.Plain.TryGetValue(text.AsSpan(symbols[left].Start, length), out var token))
        {
            queue.Enqueue(new Merging(left, length), (_vocabulary.Score(token), left));
        }
    }

    private void Emit(ReadOnlySpan<char> symbol, List<int> tokens)
    {
        if (_vocabulary.Plain.TryGetValue(symbol, out var token))
        {
            tokens.Add(token);
            return;
        }

        Span<byte> bytes = stackalloc byte[4];
        foreach (var value in bytes[..Encoding.UTF8.GetBytes(symbol, bytes)])
        {
            if (_byteTokens[value] >= 0)
            {
                tokens.Add(_byteTokens[value]);
            }
        }
    }
}
