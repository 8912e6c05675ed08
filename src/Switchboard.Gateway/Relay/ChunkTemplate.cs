using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// The shape of an event that told nothing but more text. The events of a stream are alike but for a word or two: one that
/// has the same bytes around its words tells nothing either, and need be neither searched for its end nor parsed.
/// </summary>
/// <remarks>What it takes for alike is as well-formed as what it was made of.</remarks>
internal sealed class ChunkTemplate
{
    private const int LongestEvent = 4096;
    private const int MostHoles = 4;
    private const int LongestPause = 64;

    // What ends a string or needs a second look in it.
    private static readonly SearchValues<byte> s_stops = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    // The pieces that stay, each but the last followed by a string or a number that does not.
    private readonly (int Start, int End, Hole Hole)[] _pieces = new (int, int, Hole)[MostHoles + 1];
    private byte[] _bytes = [];
    private int _count;
    private int _pause;
    private int _nextPause = 1;

    /// <summary>What stands behind a piece.</summary>
    private enum Hole
    {
        Words,
        Padding,
        Number,
    }

    /// <summary>How many bytes of words the events had that were alike.</summary>
    public long WordBytes { get; private set; }

    /// <summary>What comes after the number of the last event that was alike; 0 where none had a number.</summary>
    public long NextNumber { get; private set; }

    /// <summary>How many bytes at the beginning of these are an event like the one it was made of; 0 when they are none.</summary>
    public int Match(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes;
        var words = 0;
        var next = NextNumber;
        for (var i = 0; i < _count; i++)
        {
            var (start, end, hole) = _pieces[i];
            var piece = _bytes.AsSpan(start..end);
            if (!rest.StartsWith(piece))
            {
                return 0;
            }

            rest = rest[piece.Length..];
            if (i == _count - 1)
            {
                _nextPause = 1;
                WordBytes += words;
                NextNumber = next;
                return bytes.Length - rest.Length;
            }

            var before = rest;
            if (hole == Hole.Number ? !TrySkipNumber(ref rest) : !TrySkipString(ref rest))
            {
                return 0;
            }

            words += hole == Hole.Words ? before.Length - rest.Length : 0;
            next = hole == Hole.Number ? After(before[..^rest.Length]) : next;
        }

        return 0;
    }

    /// <summary>Takes the shape of an event that was parsed, and told nothing but text. Streams whose events are never alike are left alone for longer and longer.</summary>
    /// <param name="raw">The whole event, with the blank line that ends it.</param>
    /// <param name="data">Where in it the JSON lies.</param>
    public void Learn(ReadOnlySpan<byte> raw, Range data)
    {
        if (_pause > 0)
        {
            _pause--;
            return;
        }

        _pause = _nextPause - 1;
        _nextPause = Math.Min(_nextPause * 2, LongestPause);
        _count = 0;
        // After a CR an LF may still belong to the event.
        if (raw.Length > LongestEvent || !raw.EndsWith((byte)'\n'))
        {
            return;
        }

        if (_bytes.Length < raw.Length)
        {
            _bytes = new byte[Math.Min(LongestEvent, raw.Length * 2)];
        }

        raw.CopyTo(_bytes);
        FindHoles(raw[data], data.Start.Value, raw.Length);
    }

    private void FindHoles(ReadOnlySpan<byte> data, int offset, int length)
    {
        var json = new Utf8JsonReader(data);
        var (holes, start) = (0, 0);
        while (holes < MostHoles && json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var (isWord, isPadding, isNumber) = (IsWord(ref json), json.ValueTextEquals("obfuscation"u8), json.ValueTextEquals("sequence_number"u8));
            json.Read();
            if ((isWord || isPadding) && json.TokenType == JsonTokenType.String)
            {
                // From behind one quote to the other.
                _pieces[holes++] = (start, offset + (int)json.TokenStartIndex + 1, isWord ? Hole.Words : Hole.Padding);
                start = offset + (int)json.BytesConsumed - 1;
            }
            else if (isNumber && json.TokenType == JsonTokenType.Number)
            {
                _pieces[holes++] = (start, offset + (int)json.TokenStartIndex, Hole.Number);
                start = offset + (int)json.BytesConsumed;
            }
        }

        _pieces[holes] = (start, length, Hole.Words);
        _count = holes + 1;
    }

    // The members that hold what a model says.
    private static bool IsWord(ref Utf8JsonReader json) =>
        json.ValueTextEquals("content"u8)
        || json.ValueTextEquals("arguments"u8)
        || json.ValueTextEquals("text"u8)
        || json.ValueTextEquals("delta"u8)
        || json.ValueTextEquals("reasoning_content"u8)
        || json.ValueTextEquals("reasoning"u8)
        || json.ValueTextEquals("refusal"u8);

    private static long After(ReadOnlySpan<byte> number) => Utf8Parser.TryParse(number, out long value, out _) ? value + 1 : 0;

    // A whole number as JSON has it; what follows is compared.
    private static bool TrySkipNumber(ref ReadOnlySpan<byte> rest)
    {
        var length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length <= 0 || (rest[0] == '0' && length > 1))
        {
            return false;
        }

        rest = rest[length..];
        return true;
    }

    /// <summary>Goes to the quote that ends a string; false where the string is not well-formed, or does not end.</summary>
    private static bool TrySkipString(ref ReadOnlySpan<byte> rest)
    {
        var whole = rest;
        while (true)
        {
            var stop = rest.IndexOfAny(s_stops);
            if (stop < 0)
            {
                return false;
            }

            rest = rest[stop..];
            if (rest[0] != '\\')
            {
                return rest[0] == '"' && Utf8.IsValid(whole[..^rest.Length]);
            }

            var length = EscapeLength(rest);
            if (length == 0)
            {
                return false;
            }

            rest = rest[length..];
        }
    }

    private static int EscapeLength(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < 2)
        {
            return 0;
        }

        if (escape[1] != 'u')
        {
            return "\"\\/bfnrt"u8.Contains(escape[1]) ? 2 : 0;
        }

        return escape.Length >= 6 && char.IsAsciiHexDigit((char)escape[2]) && char.IsAsciiHexDigit((char)escape[3]) && char.IsAsciiHexDigit((char)escape[4]) && char.IsAsciiHexDigit((char)escape[5]) ? 6 : 0;
    }
}
