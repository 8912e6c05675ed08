using System.Buffers;
using System.Buffers.Text;

namespace Switchboard.Server.Storage.Redis.Resp;

/// <summary>Reads values of RESP2 and RESP3. It keeps nothing: what is not whole yet is read again when more has come.</summary>
internal ref struct RespParser
{
    private SequenceReader<byte> _reader;
    private int _values;

    private RespParser(ReadOnlySequence<byte> bytes) => _reader = new SequenceReader<byte>(bytes);

    /// <summary>Reads one value off the front.</summary>
    /// <param name="bytes">What has come; what was read is cut off.</param>
    /// <param name="value">The value.</param>
    /// <returns>False while it is not whole.</returns>
    /// <exception cref="RespException">It is none, or too large.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> bytes, out RespValue value)
    {
        var parser = new RespParser(bytes);
        if (!parser.TryReadValue(0, out value, out var isEnd))
        {
            return false;
        }

        if (isEnd)
        {
            throw new RespException("An end came where nothing was open.");
        }

        bytes = bytes.Slice(parser._reader.Position);
        return true;
    }

    // isEnd: not a value but the '.' that ends a streamed collection.
    private bool TryReadValue(int depth, out RespValue value, out bool isEnd)
    {
        value = default;
        isEnd = false;
        while (TryReadLine(out var type, out var line))
        {
            if (++_values > RespLimits.MostValues)
            {
                throw new RespException("The answer has too many values.");
            }

            switch (type)
            {
                case (byte)'|':
                    // Said about the value that follows; nobody asks.
                    if (!TryReadItems(CountOf(line, 2), depth, out _))
                    {
                        return false;
                    }

                    continue;
                case (byte)'.':
                    isEnd = true;
                    return true;
                case (byte)'*' or (byte)'~' or (byte)'>' or (byte)'%':
                    return TryReadCollection(type, line, depth, out value);
                case (byte)'$' or (byte)'!' or (byte)'=':
                    return TryReadBulk(type, line, out value);
                default:
                    value = ReadSimple(type, line);
                    return true;
            }
        }

        return false;
    }

    private static RespValue ReadSimple(byte type, ReadOnlySpan<byte> line) => type switch
    {
        (byte)'+' or (byte)'(' => RespValue.OfText(line.ToArray()),
        (byte)'-' => RespValue.OfError(line.ToArray()),
        (byte)':' => RespValue.OfInteger(NumberOf(line)),
        (byte)',' => RespValue.OfDouble(DoubleOf(line)),
        (byte)'#' when line.SequenceEqual("t"u8) => RespValue.OfInteger(1),
        (byte)'#' when line.SequenceEqual("f"u8) => RespValue.OfInteger(0),
        (byte)'_' when line.IsEmpty => RespValue.Null,
        _ => throw new RespException("A value began with what no value begins with."),
    };

    private bool TryReadBulk(byte type, ReadOnlySpan<byte> line, out RespValue value)
    {
        value = default;
        if (line.SequenceEqual("?"u8) && type == (byte)'$')
        {
            return TryReadPieces(out value);
        }

        var length = NumberOf(line);
        if (length == -1 && type == (byte)'$')
        {
            return true;
        }

        if (!TryReadBytes(length, out var bytes))
        {
            return false;
        }

        value = type switch
        {
            (byte)'!' => RespValue.OfError(bytes),

            // Three letters say the format: txt:…
            (byte)'=' => bytes.Length >= 4 && bytes[3] == ':' ? RespValue.OfText(bytes[4..]) : throw new RespException("A text has no format."),
            _ => RespValue.OfText(bytes),
        };
        return true;
    }

    // A text whose length nobody knew: ;4 … ;3 … ;0
    private bool TryReadPieces(out RespValue value)
    {
        value = default;
        using var whole = new MemoryStream();
        while (TryReadLine(out var type, out var line))
        {
            var length = type == (byte)';' ? NumberOf(line) : throw new RespException("A piece of a text is missing.");
            if (length == 0)
            {
                value = RespValue.OfText(whole.ToArray());
                return true;
            }

            if (!TryReadBytes(length, out var bytes))
            {
                return false;
            }

            whole.Write(bytes);
            if (whole.Length > RespLimits.MostBytes || ++_values > RespLimits.MostValues)
            {
                throw new RespException("A text is too long.");
            }
        }

        return false;
    }

    private bool TryReadCollection(byte type, ReadOnlySpan<byte> line, int depth, out RespValue value)
    {
        value = default;
        RespValue[]? items;
        if (line.SequenceEqual("?"u8))
        {
            if (!TryReadStreamed(depth, out items))
            {
                return false;
            }
        }
        else if (line.SequenceEqual("-1"u8) && type == (byte)'*')
        {
            return true;
        }
        else if (!TryReadItems(CountOf(line, type == (byte)'%' ? 2 : 1), depth, out items))
        {
            return false;
        }

        value = RespValue.OfItems(items, isPush: type == (byte)'>');
        return true;
    }

    private bool TryReadItems(int count, int depth, out RespValue[] items)
    {
        items = [];
        CheckDepth(depth);

        // Each takes three bytes at least: room is made for what can have come, not for what is said to come.
        if (_reader.Remaining < count * 3L)
        {
            return false;
        }

        var read = new RespValue[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryReadValue(depth + 1, out read[i], out var isEnd))
            {
                return false;
            }

            if (isEnd)
            {
                throw new RespException("A collection ended before its end.");
            }
        }

        items = read;
        return true;
    }

    private bool TryReadStreamed(int depth, out RespValue[] items)
    {
        items = [];
        CheckDepth(depth);
        var read = new List<RespValue>();
        while (TryReadValue(depth + 1, out var value, out var isEnd))
        {
            if (isEnd)
            {
                items = [.. read];
                return true;
            }

            read.Add(value);
        }

        return false;
    }

    private static void CheckDepth(int depth)
    {
        if (depth >= RespLimits.MostDepth)
        {
            throw new RespException("The answer lies too deep.");
        }
    }

    private bool TryReadBytes(long length, out byte[] bytes)
    {
        bytes = [];
        if (length is < 0 or > RespLimits.MostBytes)
        {
            throw new RespException("A text is too long.");
        }

        if (_reader.Remaining < length + 2)
        {
            return false;
        }

        bytes = GC.AllocateUninitializedArray<byte>((int)length);
        _reader.TryCopyTo(bytes);
        _reader.Advance(length);
        return _reader.IsNext("\r\n"u8, advancePast: true) ? true : throw new RespException("A text does not end where it should.");
    }

    private bool TryReadLine(out byte type, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (!_reader.TryRead(out type))
        {
            return false;
        }

        if (!_reader.TryReadTo(out line, (byte)'\n'))
        {
            return _reader.Remaining <= RespLimits.MostLine ? false : throw new RespException("A line is too long.");
        }

        if (line.IsEmpty || line[^1] != '\r' || line.Length > RespLimits.MostLine)
        {
            throw new RespException("A line does not end as it should.");
        }

        line = line[..^1];
        return true;
    }

    private static int CountOf(ReadOnlySpan<byte> line, int each) =>
        NumberOf(line) is var count and >= 0 and <= RespLimits.MostValues ? (int)count * each : throw new RespException("The answer has too many values.");

    private static long NumberOf(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out long number, out var read) && read == line.Length ? number : throw new RespException("A number is none.");

    private static double DoubleOf(ReadOnlySpan<byte> line) =>
        line.SequenceEqual("inf"u8) ? double.PositiveInfinity
        : line.SequenceEqual("-inf"u8) ? double.NegativeInfinity
        : line.SequenceEqual("nan"u8) || line.SequenceEqual("-nan"u8) ? double.NaN
        : Utf8Parser.TryParse(line, out double number, out var read) && read == line.Length ? number
        : throw new RespException("A number is none.");
}
