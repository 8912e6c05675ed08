namespace Switchboard.Gateway.Requests.Forms;

/// <summary>
/// Cuts the bytes of a <c>multipart/form-data</c> body into tokens, which follow each other without a gap, so that bytes
/// can be passed on as they are. It copies nothing and remembers no bytes: those not yet taken are shown again, with more.
/// </summary>
/// <remarks>
/// Stricter than the standard where readers differ: what one takes for content and another for a boundary could carry a
/// field past the gateway.
/// </remarks>
internal sealed class MultipartScanner(ReadOnlySpan<byte> boundary)
{
    private const int MostHeadBytes = 8 * 1024;
    private const int MostPadding = 64;
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    private readonly byte[] _delimiter = [CarriageReturn, LineFeed, (byte)'-', (byte)'-', .. boundary];
    private State _state = State.Start;
    private byte _last;

    private enum State
    {
        Start,
        Data,
        Delimiter,
        Epilogue,
    }

    /// <summary>What is wrong, once a token was <see cref="FormToken.Broken"/>.</summary>
    public string? Fault { get; private set; }

    private ReadOnlySpan<byte> DashBoundary => _delimiter.AsSpan(2);

    /// <summary>The next token.</summary>
    /// <param name="bytes">What was not taken yet.</param>
    /// <param name="isLast">No more will come.</param>
    /// <param name="length">How many of the bytes the token takes.</param>
    public FormToken Read(ReadOnlySpan<byte> bytes, bool isLast, out int length)
    {
        length = 0;
        var token = _state switch
        {
            State.Start => ReadDelimiter(bytes, DashBoundary, out length),
            State.Data => ReadData(bytes, out length),
            State.Delimiter => ReadDelimiter(bytes, _delimiter, out length),
            _ => ReadEpilogue(bytes, out length),
        };
        return token == FormToken.NeedMore && isLast && _state != State.Epilogue ? Break("it ends before its last boundary") : token;
    }

    private FormToken ReadDelimiter(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> delimiter, out int length)
    {
        length = 0;
        if (bytes.Length < delimiter.Length + 2)
        {
            var there = Math.Min(bytes.Length, delimiter.Length);
            return bytes[..there].SequenceEqual(delimiter[..there]) ? FormToken.NeedMore : Break("it does not begin with the boundary that Content-Type names");
        }

        if (!bytes.StartsWith(delimiter))
        {
            return Break("it does not begin with the boundary that Content-Type names");
        }

        var rest = bytes[delimiter.Length..];
        if (rest.StartsWith("--"u8))
        {
            length = delimiter.Length + 2;
            _state = State.Epilogue;
            return FormToken.End;
        }

        return ReadHead(rest, delimiter.Length, out length);
    }

    private FormToken ReadHead(ReadOnlySpan<byte> rest, int before, out int length)
    {
        length = 0;
        var padding = rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (padding > MostPadding || (padding < 0 && rest.Length > MostPadding))
        {
            return Break("a line begins with the boundary and goes on");
        }

        if (padding < 0 || rest.Length < padding + 2)
        {
            return padding < 0 || rest[padding] == CarriageReturn ? FormToken.NeedMore : Break("a line begins with the boundary and goes on");
        }

        var headers = rest[padding..];
        if (!headers.StartsWith("\r\n"u8))
        {
            return Break("a line begins with the boundary and goes on");
        }

        var end = headers.IndexOf("\r\n\r\n"u8);
        if (end > MostHeadBytes || (end < 0 && headers.Length > MostHeadBytes))
        {
            return Break("the headers of a part are longer than 8 KB");
        }

        if (end < 0)
        {
            return FormToken.NeedMore;
        }

        length = before + padding + end + 4;
        _state = State.Data;
        _last = LineFeed;
        return FormToken.PartHead;
    }

    private FormToken ReadData(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        var from = 0;
        while (bytes[from..].IndexOf(DashBoundary) is >= 0 and var found)
        {
            var at = from + found;
            if (at >= 2 && bytes[at - 2] == CarriageReturn && bytes[at - 1] == LineFeed)
            {
                return EndData(bytes, at - 2, out length);
            }

            if ((at > 0 ? bytes[at - 1] : _last) is CarriageReturn or LineFeed)
            {
                return Break("a boundary does not follow on a whole line end (CR LF)");
            }

            from = at + 1;
        }

        length = bytes.Length - Undecided(bytes);
        if (length == 0)
        {
            return FormToken.NeedMore;
        }

        _last = bytes[length - 1];
        return FormToken.Data;
    }

    private FormToken EndData(ReadOnlySpan<byte> bytes, int end, out int length)
    {
        length = end;
        if (end > 0)
        {
            _last = bytes[end - 1];
            return FormToken.Data;
        }

        _state = State.Delimiter;
        return FormToken.PartEnd;
    }

    // How many bytes at the end may be the beginning of a delimiter, with its line end or without.
    private int Undecided(ReadOnlySpan<byte> bytes)
    {
        for (var count = Math.Min(bytes.Length, _delimiter.Length - 1); count > 0; count--)
        {
            var tail = bytes[^count..];
            if (_delimiter.AsSpan().StartsWith(tail) || DashBoundary.StartsWith(tail))
            {
                return count;
            }
        }

        return 0;
    }

    private FormToken ReadEpilogue(ReadOnlySpan<byte> bytes, out int length)
    {
        length = bytes.Length;
        return bytes.IsEmpty ? FormToken.NeedMore
            : bytes.ContainsAnyExcept("\r\n\t "u8) ? Break("something comes after its last boundary")
            : FormToken.Epilogue;
    }

    private FormToken Break(string fault)
    {
        Fault = fault;
        return FormToken.Broken;
    }
}
