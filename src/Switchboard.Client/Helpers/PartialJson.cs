using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Switchboard.Client.Helpers;

/// <summary>JSON that is still arriving: gives at any moment the longest valid JSON that can be made of what has come.</summary>
/// <remarks>
/// Open texts, arrays and objects are closed; a half word becomes <c>true</c>, <c>false</c> or <c>null</c>; half numbers, escapes and
/// characters are cut back to what is whole; a name without a value is left out. Each byte is looked at once, however many pieces they come in.
/// Not safe for use by several threads at a time.
/// </remarks>
public sealed class PartialJson
{
    private readonly PartialJsonScanner _scanner = new();
    private byte[] _utf8 = [];
    private int _length;
    private Encoder? _encoder;

    /// <summary>What has come so far, as it came.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8.AsSpan(0, _length);

    /// <summary>True when one whole JSON value has come. More digits could still follow a number that stands alone.</summary>
    public bool IsComplete => _scanner.IsComplete;

    /// <summary>True when what has come is not the beginning of any JSON; the completion then keeps what was valid before.</summary>
    public bool IsMalformed => _scanner.IsMalformed;

    /// <summary>True once something of a value has come.</summary>
    public bool HasValue => _scanner.Safe > 0;

    /// <summary>The longest sensible valid JSON of a text's beginning; <c>null</c> where nothing of a value is there.</summary>
    /// <param name="utf8Json">The beginning of a JSON text.</param>
    public static byte[] Complete(ReadOnlySpan<byte> utf8Json)
    {
        var scanner = new PartialJsonScanner();
        scanner.Scan(utf8Json);
        return Complete(utf8Json, scanner);
    }

    /// <summary>The longest sensible valid JSON of what has come; <c>null</c> where nothing of a value is there.</summary>
    public byte[] Complete() => Complete(Utf8, _scanner);

    /// <summary>Takes the next piece, which may begin and end anywhere, also within a character.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Grow(utf8.Length));
        _length += utf8.Length;
        _scanner.Scan(Utf8);
    }

    /// <summary>Takes the next piece, which may begin and end anywhere, also within a pair of surrogates.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        _encoder ??= Encoding.UTF8.GetEncoder();
        _length += _encoder.GetBytes(text, Grow(Encoding.UTF8.GetMaxByteCount(text.Length)), flush: false);
        _scanner.Scan(Utf8);
    }

    /// <summary>Reads what has come as a value of a type.</summary>
    /// <param name="typeInfo">How the type is read, from a source-generated context.</param>
    /// <param name="value">The value; members that have not come are at their default.</param>
    /// <returns>False when nothing has come, or when what has come cannot be read as that type, for example because a required member is not there yet.</returns>
    /// <remarks>Each call reads all that has come.</remarks>
    public bool TryRead<T>(JsonTypeInfo<T> typeInfo, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        value = default;
        if (!HasValue)
        {
            return false;
        }

        try
        {
            value = JsonSerializer.Deserialize(Complete(), typeInfo);
            return value is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The completion as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Complete());

    private static byte[] Complete(ReadOnlySpan<byte> text, PartialJsonScanner scanner)
    {
        if (scanner.Safe == 0)
        {
            return "null"u8.ToArray();
        }

        var json = new byte[scanner.Safe + scanner.TailLength];
        text[..scanner.Safe].CopyTo(json);
        scanner.WriteTail(json.AsSpan(scanner.Safe));
        return json;
    }

    private Span<byte> Grow(int more)
    {
        if (_utf8.Length - _length < more)
        {
            Array.Resize(ref _utf8, Math.Max(checked(_length + more), (int)Math.Min(Array.MaxLength, 2L * _utf8.Length)));
        }

        return _utf8.AsSpan(_length);
    }
}
