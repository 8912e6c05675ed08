using System.Buffers;

namespace Switchboard.Protocol.Sse;

/// <summary>
/// Cuts an event stream into its events (WHATWG HTML 9.2) without parsing or copying what is in them. Line ends are
/// LF, CRLF and CR, and bytes may be cut anywhere.
/// </summary>
/// <remarks>
/// It remembers how far it has looked, so each call must bring a buffer that begins where the last left off. Not
/// thread-safe. Dispose gives the buffer of joined data back; no <see cref="SseEvent"/> may be used after.
/// </remarks>
public sealed class SseScanner : IDisposable
{
    private readonly SseLimits _limits;
    private bool _begun;
    private bool _lineEndedInCr;
    private bool _usesCrLf;
    private bool _isFound;
    private long _searched;
    private SseBlock _block;
    private byte[]? _joined;

    /// <summary>Makes a scanner for one stream.</summary>
    /// <param name="limits">How large its lines and events may be; <see cref="SseLimits.Default"/> when null.</param>
    public SseScanner(SseLimits? limits = null) => _limits = limits ?? SseLimits.Default;

    /// <summary>The block that was found last, until the next search.</summary>
    internal ref readonly SseBlock Block => ref _block;

    /// <summary>The data of that block, where it had several lines.</summary>
    internal byte[]? Joined => _joined;

    /// <summary>True when the buffer's first byte begins an event: nothing of what it holds has been looked at.</summary>
    public bool IsBetweenEvents => _begun && !_lineEndedInCr && (_isFound || _searched == 0);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Takes the next whole event off the front of the buffer.</summary>
    public SseScanStatus TryRead(ref ReadOnlySequence<byte> buffer, out SseEvent sseEvent)
    {
        var origin = 0L;
        var status = Find(buffer, buffer.FirstSpan, ref origin, out var length);
        if (origin > 0)
        {
            buffer = buffer.Slice(origin);
        }

        if (status != SseScanStatus.Event)
        {
            sseEvent = default;
            return status;
        }

        var end = buffer.GetPosition(length);
        sseEvent = EventAt(buffer.Slice(buffer.Start, end));
        buffer = buffer.Slice(end);
        return status;
    }

    /// <summary>
    /// Takes what is left when the stream has ended: an event without its blank line, perhaps cut. False when
    /// nothing is left. Call it when <see cref="TryRead"/> has asked for more of the same buffer.
    /// </summary>
    public bool TryReadLast(ref ReadOnlySequence<byte> buffer, out SseEvent sseEvent)
    {
        var isFound = FindLast(buffer, 0);
        sseEvent = isFound ? EventAt(buffer) : default;
        buffer = buffer.Slice(buffer.End);
        return isFound;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_joined is { } joined)
        {
            _joined = null;
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    /// <summary>Finds the next whole block.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="first">The buffer's first segment.</param>
    /// <param name="origin">Where in the buffer the block begins; passes a byte order mark.</param>
    /// <param name="length">The block's length, 0 where none was found.</param>
    internal SseScanStatus Find(in ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> first, ref long origin, out int length)
    {
        length = 0;
        if (_isFound)
        {
            _isFound = false;
            _block = default;
            _searched = 0;
        }

        if (!_begun && !TryBegin(buffer, ref origin))
        {
            return SseScanStatus.NeedMore;
        }

        // Most blocks lie whole in the first segment, and most of those are one line of data.
        if (_searched == 0 && !_lineEndedInCr && origin < first.Length && TryFindPlain(first[(int)origin..], out length))
        {
            return SseScanStatus.Event;
        }

        var status = ScanSegment(buffer, origin, first, -origin);
        if (status == SseScanStatus.NeedMore)
        {
            status = ScanRest(buffer, origin, first.Length);
        }

        if (status == SseScanStatus.Event)
        {
            _isFound = true;
            _block.IsComplete = true;
            length = (int)_searched;
            if (_block.DataLines > 1)
            {
                JoinData(buffer.Slice(origin, length));
            }
        }

        return status;
    }

    /// <summary>Makes a block of what is left of a stream that has ended; false when nothing is.</summary>
    internal bool FindLast(in ReadOnlySequence<byte> buffer, long origin)
    {
        var length = buffer.Length - origin;
        if (length == 0)
        {
            return false;
        }

        // What was not looked at is a CR that waited for its LF, or the beginning of a byte order mark that is none.
        var isEnded = _begun && length > _searched;
        var lineLength = (int)((isEnded ? _searched : length) - _block.LineStart);
        if (lineLength > 0)
        {
            _block.IsCutInField = AddCutLine(buffer, origin, lineLength) == SseField.Other && !isEnded;
        }
        else
        {
            _block.IsComplete = isEnded;
        }

        _isFound = true;
        if (_block.DataLines > 1)
        {
            JoinData(buffer.Slice(origin));
        }

        return true;
    }

    private SseEvent EventAt(in ReadOnlySequence<byte> raw) => new(raw, _block, _block.DataLines > 1 ? _joined : null);

    // A byte order mark belongs to the encoding, not to the first event: the Python SDK would lose that event.
    private bool TryBegin(in ReadOnlySequence<byte> buffer, ref long origin)
    {
        Span<byte> start = stackalloc byte[3];
        var length = (int)Math.Min(3, buffer.Length);
        buffer.Slice(0, length).CopyTo(start);
        if (length < 3 && start[..length].SequenceEqual(ByteOrderMark[..length]))
        {
            return false;
        }

        origin += start.SequenceEqual(ByteOrderMark) ? 3 : 0;
        _begun = true;
        return true;
    }

    /// <summary>Finds <c>data: …</c> and a blank line, ended in LF.</summary>
    private bool TryFindPlain(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (!bytes.StartsWith("data: "u8))
        {
            return false;
        }

        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            _searched = bytes.Length;
            return false;
        }

        if (!bytes[end..].StartsWith("\n\n"u8) || _limits.Check(0, end) != SseScanStatus.Event)
        {
            return false;
        }

        _isFound = true;
        _block.SetData("data: ".Length, end);
        length = end + 2;
        return true;
    }

    private SseScanStatus ScanRest(in ReadOnlySequence<byte> buffer, long origin, long passed)
    {
        var start = Math.Max(origin + _searched, passed);
        if (start < buffer.Length)
        {
            var position = buffer.GetPosition(start);

            // A CR that waits for its LF holds the search back; what follows it can only be empty segments.
            while (origin + _searched >= start && buffer.TryGet(ref position, out var segment))
            {
                var status = ScanSegment(buffer, origin, segment.Span, start - origin);
                if (status != SseScanStatus.NeedMore)
                {
                    return status;
                }

                start += segment.Length;
            }
        }

        // Of the line under way all is known but its end.
        var soFar = CheckLine(_searched);
        return soFar == SseScanStatus.Event ? SseScanStatus.NeedMore : soFar;
    }

    /// <summary>Goes through the lines that end in one segment.</summary>
    /// <param name="buffer">All segments.</param>
    /// <param name="origin">Where in the buffer the block begins.</param>
    /// <param name="span">The segment's bytes.</param>
    /// <param name="start">Where they begin, counted from the block's first byte.</param>
    private SseScanStatus ScanSegment(in ReadOnlySequence<byte> buffer, long origin, ReadOnlySpan<byte> span, long start)
    {
        while (_searched - start < span.Length)
        {
            var at = (int)(_searched - start);
            if (_lineEndedInCr && TrySkipSecondHalf(span[at]))
            {
                continue;
            }

            // The line end that ends the block follows upon another.
            var found = span[at] == '\n' ? 0 : span[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (found < 0)
            {
                _searched = start + span.Length;
                break;
            }

            var lineEnd = _searched + found;
            if (!TryPassLineEnd(buffer, origin, span[(at + found)..], lineEnd))
            {
                break;
            }

            if (lineEnd == _block.LineStart)
            {
                return SseScanStatus.Event;
            }

            var status = CheckLine(lineEnd);
            if (status != SseScanStatus.Event)
            {
                _searched = lineEnd;
                return status;
            }

            AddLine(buffer, origin, span, start, (int)(lineEnd - _block.LineStart));
            _block.LineStart = (int)_searched;
        }

        return SseScanStatus.NeedMore;
    }

    private SseScanStatus CheckLine(long lineEnd) =>
        lineEnd > _block.LineStart ? _limits.Check(_block.LineStart - _block.Start, lineEnd - _block.LineStart) : SseScanStatus.Event;

    /// <summary>Goes on behind a line end, the first of these bytes; false when its second half must be waited for.</summary>
    private bool TryPassLineEnd(in ReadOnlySequence<byte> buffer, long origin, ReadOnlySpan<byte> bytes, long lineEnd)
    {
        var next = lineEnd + 1;
        if (bytes[0] == '\r')
        {
            if (bytes.Length > 1 || origin + next < buffer.Length)
            {
                _usesCrLf = (bytes.Length > 1 ? bytes[1] : ByteAt(buffer, origin + next)) == '\n';
                next += _usesCrLf ? 1 : 0;
            }
            else if (_usesCrLf)
            {
                // The LF is on its way; waiting for it keeps the two together.
                _searched = lineEnd;
                return false;
            }
            else
            {
                _lineEndedInCr = true;
            }
        }

        _searched = next;
        return true;
    }

    private static byte ByteAt(in ReadOnlySequence<byte> buffer, long position)
    {
        new SequenceReader<byte>(buffer.Slice(position)).TryPeek(out var found);
        return found;
    }

    /// <summary>Skips the LF of a CRLF that was cut between the two; false when there is none.</summary>
    private bool TrySkipSecondHalf(byte next)
    {
        _lineEndedInCr = false;
        if (next != '\n')
        {
            return false;
        }

        _usesCrLf = true;
        _block.Start += _block.LineStart == 0 ? 1 : 0;
        _block.LineStart++;
        _searched++;
        return true;
    }

    /// <summary>Adds the line under way, which ends in this segment.</summary>
    private void AddLine(in ReadOnlySequence<byte> buffer, long origin, ReadOnlySpan<byte> span, long start, int length)
    {
        if (_block.LineStart >= start)
        {
            _block.AddLine(buffer, origin, span.Slice((int)(_block.LineStart - start), length), length);
        }
        else
        {
            AddCutLine(buffer, origin, length);
        }
    }

    private SseField AddCutLine(in ReadOnlySequence<byte> buffer, long origin, int length)
    {
        Span<byte> copy = stackalloc byte[SseBlock.HeadLength];
        return _block.AddLine(buffer, origin, Head(buffer.Slice(origin + _block.LineStart, length), copy), length);
    }

    // What tells a line's field, in one piece.
    private static ReadOnlySpan<byte> Head(in ReadOnlySequence<byte> line, Span<byte> copy)
    {
        if (line.IsSingleSegment || line.FirstSpan.Length >= SseBlock.HeadLength)
        {
            return line.FirstSpan;
        }

        var head = line.Slice(0, Math.Min(SseBlock.HeadLength, line.Length));
        head.CopyTo(copy);
        return copy[..(int)head.Length];
    }

    // Data over several lines is rare: it is joined by going through the block once more.
    private void JoinData(in ReadOnlySequence<byte> raw)
    {
        if (_joined is null || _joined.Length < raw.Length)
        {
            Dispose();
            _joined = ArrayPool<byte>.Shared.Rent((int)raw.Length);
        }

        var length = 0;
        var lines = new SequenceReader<byte>(raw);
        Span<byte> copy = stackalloc byte[SseBlock.HeadLength];
        while (!lines.End)
        {
            if (!lines.TryReadToAny(out ReadOnlySequence<byte> line, "\r\n"u8))
            {
                line = lines.UnreadSequence;
                lines.AdvanceToEnd();
            }

            if (SseBlock.IsData(Head(line, copy), out var valueStart))
            {
                var value = line.Slice(valueStart);
                value.CopyTo(_joined.AsSpan(length));
                length += (int)value.Length;
                _joined[length++] = (byte)'\n';
            }
        }

        _block.DataStart = 0;
        _block.DataLength = length - 1;
    }
}
