using System.Text;

namespace Switchboard.Server.Storage.Redis.Resp;

/// <summary>A value as the server sent it.</summary>
internal readonly struct RespValue
{
    private readonly object? _content;
    private readonly long _number;

    private RespValue(RespKind kind, object? content, long number = 0)
    {
        Kind = kind;
        _content = content;
        _number = number;
    }

    /// <summary>Nothing.</summary>
    public static RespValue Null => default;

    /// <summary>What it is.</summary>
    public RespKind Kind { get; }

    /// <summary>The number; 0 where it is none.</summary>
    public long Integer => Kind == RespKind.Integer ? _number : 0;

    /// <summary>The number with a point; a whole one, too.</summary>
    public double Double => Kind == RespKind.Double ? BitConverter.Int64BitsToDouble(_number) : Integer;

    /// <summary>The bytes of a text or an error; none for others.</summary>
    public ReadOnlyMemory<byte> Bytes => _content as byte[];

    /// <summary>The values inside; none for others.</summary>
    public IReadOnlyList<RespValue> Items => _content as RespValue[] ?? [];

    /// <summary>A text or an error, as such.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public static RespValue OfText(byte[] bytes) => new(RespKind.Text, bytes);

    public static RespValue OfError(byte[] bytes) => new(RespKind.Error, bytes);

    public static RespValue OfInteger(long value) => new(RespKind.Integer, null, value);

    public static RespValue OfDouble(double value) => new(RespKind.Double, null, BitConverter.DoubleToInt64Bits(value));

    public static RespValue OfItems(RespValue[] items, bool isPush = false) => new(isPush ? RespKind.Push : RespKind.Items, items);

    /// <summary>Whether an error has this code: the word it begins with.</summary>
    public bool IsError(string code) =>
        Kind == RespKind.Error && Bytes.Span is var text && text.Length >= code.Length
        && Ascii.Equals(text[..code.Length], code) && (text.Length == code.Length || text[code.Length] == ' ');
}
