using System.Buffers;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>What one candidate of an answer leaves from one piece for the next.</summary>
internal sealed class GeminiCandidate
{
    private readonly ArrayBufferWriter<byte> _text = new(256);
    private readonly HashSet<(string Url, int Start, int End)> _cited = [];
    private byte[]? _plain;
    private int _plainOf;

    /// <summary>It called a tool.</summary>
    public bool HasCalls { get; set; }

    /// <summary>The call that began last may get more arguments.</summary>
    public bool IsInCall { get; set; }

    /// <summary>It said something: text, a picture, sound.</summary>
    public bool HasSaid { get; set; }

    /// <summary>A call whose arguments come in pieces; null while there is none.</summary>
    public GeminiArguments? Arguments { get; set; }

    /// <summary>How many details of its reasoning were told.</summary>
    public int Details { get; set; }

    /// <summary>How many pictures it has.</summary>
    public int Images { get; set; }

    /// <summary>Sound that came so far, in an answer that is told as a whole.</summary>
    public ArrayBufferWriter<byte> Sound { get; } = new();

    /// <summary>Keeps text, escaped: citations tell places in it.</summary>
    public void Say(ReadOnlySpan<byte> escaped)
    {
        HasSaid |= !escaped.IsEmpty;
        _text.Write(escaped);
    }

    /// <summary>True for a citation that was not told yet.</summary>
    public bool IsNew(string url, int start, int end) => _cited.Add((url, start, end));

    /// <summary>The place of a byte of the text, in characters.</summary>
    public int CharacterOf(int offset)
    {
        if (_plain is null || _plainOf != _text.WrittenCount)
        {
            _plain = Unescape(_text.WrittenSpan);
            _plainOf = _text.WrittenCount;
        }

        var count = 0;
        foreach (var value in _plain.AsSpan(0, Math.Clamp(offset, 0, _plain.Length)))
        {
            // Each character has one byte that continues no other.
            count += (value & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }

    private static byte[] Unescape(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            return escaped.ToArray();
        }

        var quoted = new byte[escaped.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        escaped.CopyTo(quoted.AsSpan(1));
        var json = new Utf8JsonReader(quoted);
        json.Read();
        var plain = new byte[escaped.Length];
        return plain[..json.CopyString(plain)];
    }
}
