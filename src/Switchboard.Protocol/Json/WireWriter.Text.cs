using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Switchboard.Protocol.Json;

/// <content>Names, strings and base64.</content>
public ref partial struct WireWriter
{
    // Long text goes in pieces: an output need never have more at once.
    private const int LargestRequest = 4096;
    private const int LongestEscape = 6;
    private const int BytesPerUnit = 3;

    private static readonly SearchValues<char> s_escaped = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    /// <summary>Writes the name of the object's next member.</summary>
    /// <param name="quotedNameWithColon">The name as it is to stand there, such as <c>"id":</c>.</param>
    public void WriteName(ReadOnlySpan<byte> quotedNameWithColon)
    {
        BeginValue(0);
        WriteBytes(quotedNameWithColon);
        _isCommaDue = false;
    }

    /// <summary>Writes the name of the object's next member.</summary>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public void WriteName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        BeginValue(1);
        WriteQuoted(name);
        Reserve(1);
        _span[_written++] = (byte)':';
        _isCommaDue = false;
    }

    /// <summary>Writes a string.</summary>
    /// <exception cref="ArgumentNullException">The string is null.</exception>
    public void WriteString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        BeginValue(1);
        WriteQuoted(value);
    }

    /// <summary>Writes bytes as a string of base64.</summary>
    public void WriteBase64(ReadOnlySpan<byte> value)
    {
        BeginValue(1);
        _span[_written++] = (byte)'"';
        while (value.Length > 0)
        {
            Base64.EncodeToUtf8(value, _span[_written..], out var consumed, out var length);
            value = value[consumed..];
            _written += length;
            if (value.Length > 0)
            {
                Grow(LargestRequest);
            }
        }

        Reserve(1);
        _span[_written++] = (byte)'"';
    }

    private void WriteQuoted(ReadOnlySpan<char> text)
    {
        _span[_written++] = (byte)'"';
        while (true)
        {
            var plain = text.IndexOfAny(s_escaped);
            if (plain < 0)
            {
                break;
            }

            WritePlain(text[..plain]);
            WriteEscape(text[plain]);
            text = text[(plain + 1)..];
        }

        WritePlain(text);
        Reserve(1);
        _span[_written++] = (byte)'"';
    }

    private void WritePlain(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            var status = Utf8.FromUtf16(text, _span[_written..], out var read, out var length);
            _written += length;
            text = text[read..];
            if (status == OperationStatus.DestinationTooSmall)
            {
                Grow(Math.Min(text.Length, LargestRequest) * BytesPerUnit);
            }
        }
    }

    private void WriteEscape(char c)
    {
        Reserve(LongestEscape);
        var shorthand = c switch
        {
            '"' => '"',
            '\\' => '\\',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\b' => 'b',
            '\f' => 'f',
            _ => '\0',
        };
        _span[_written++] = (byte)'\\';
        if (shorthand != '\0')
        {
            _span[_written++] = (byte)shorthand;
            return;
        }

        _span[_written++] = (byte)'u';
        Utf8Formatter.TryFormat((ushort)c, _span[_written..], out var length, new('x', 4));
        _written += length;
    }
}
