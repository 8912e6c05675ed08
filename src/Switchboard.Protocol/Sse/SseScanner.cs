using System.Buffers;

namespace Switchboard.Protocol.Sse;

/// <summary>
/// Cuts an event stream into its events (WHATWG HTML 9.2) without parsing or copying what is in them: for a relay
/// that passes bytes on. Line ends are LF, CRLF and CR, and bytes may be cut anywhere.
/// </summary>
/// <remarks>
/// It remembers how far it has looked, so each call must bring a buffer that begins where the last left off. Not
/// thread-safe. Dispose gives the buffer of joined data back; no <see cref="SseEvent"/> may be used after.
/// </remarks>
public sealed class SseScanner(int maxEventBytes = SseScanner.DefaultMaxEventBytes) : IDisposable
{
    /// <summary>The largest event by default: 16 MB.</summary>
    public const int DefaultMaxEventBytes = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private bool _begun;
    private bool _lineEndedInCr;
    private bool _usesCrLf;
    private long _searched;
    private Block _block;
    private byte[]? _joined;

    /// <summary>Takes the next whole event off the front of the buffer.</summary>
    public SseScanStatus TryRead(ref ReadOnlySequence<byte> buffer, out SseEvent sseEvent)
    {
        sseEvent = default;
        if (!_begun && !TryBegin(ref buffer))
        {
            return SseScanStatus.NeedMore;
        }

        while (TryFindLineEnd(buffer, out var lineEnd, out var next))
        {
            var isBlank = lineEnd == _block.LineStart;
            if (!isBlank)
            {
                _block.AddLine(buffer.Slice(_block.LineStart, lineEnd - _block.LineStart));
            }

            _block.LineStart = next;
            _searched = next;
            if (isBlank)
            {
                return next > maxEventBytes ? SseScanStatus.TooLarge : Take(ref buffer, next, out sseEvent);
            }
        }

        return buffer.Length > maxEventBytes ? SseScanStatus.TooLarge : SseScanStatus.NeedMore;
    }

    /// <summary>
    /// Takes what is left when the stream has ended: an event without its blank line, perhaps cut. False when
    /// nothing is left.
    /// </summary>
    public bool TryReadLast(ref ReadOnlySequence<byte> buffer, out SseEvent sseEvent)
    {
        sseEvent = default;
        if (buffer.IsEmpty)
        {
            return false;
        }

        var end = buffer.Length;
        if (buffer.Slice(end - 1).FirstSpan[0] == '\r')
        {
            end--;
        }

        if (end > _block.LineStart)
        {
            _block.AddLine(buffer.Slice(_block.LineStart, end - _block.LineStart));
        }

        Take(ref buffer, buffer.Length, out sseEvent);
        return true;
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

    // A byte order mark belongs to the encoding, not to the first event: the Python SDK would lose that event.
    private bool TryBegin(ref ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[3];
        var length = (int)Math.Min(3, buffer.Length);
        buffer.Slice(0, length).CopyTo(start);
        if (length < 3 && start[..length].SequenceEqual(ByteOrderMark[..length]))
        {
            return false;
        }

        if (start.SequenceEqual(ByteOrderMark))
        {
            buffer = buffer.Slice(3);
        }

        _begun = true;
        return true;
    }

    private bool TryFindLineEnd(in ReadOnlySequence<byte> buffer, out long lineEnd, out long next)
    {
        next = 0;
        var reader = new SequenceReader<byte>(buffer.Slice(_searched));
        if (_lineEndedInCr && reader.TryPeek(out var first))
        {
            // The second half of a CRLF that was cut between the two.
            _lineEndedInCr = false;
            if (first == '\n')
            {
                _usesCrLf = true;
                reader.Advance(1);
                _block.LineStart++;
            }
        }

        var found = reader.TryAdvanceToAny("\r\n"u8, advancePastDelimiter: false);
        lineEnd = _searched + reader.Consumed;
        if (!found)
        {
            _searched = buffer.Length;
            return false;
        }

        reader.TryRead(out var end);
        if (end == '\r')
        {
            if (reader.TryPeek(out var second))
            {
                _usesCrLf = second == '\n';
                reader.Advance(_usesCrLf ? 1 : 0);
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

        next = _searched + reader.Consumed;
        return true;
    }

    private SseScanStatus Take(ref ReadOnlySequence<byte> buffer, long length, out SseEvent sseEvent)
    {
        var raw = buffer.Slice(0, length);
        var data = _block.DataLines > 1 ? Join(raw) : raw.Slice(_block.DataStart, _block.DataLength);
        sseEvent = new SseEvent(raw, data, raw.Slice(_block.TypeStart, _block.TypeLength), _block.DataLines, _block.HasFields);
        buffer = buffer.Slice(length);
        _block = default;
        _searched = 0;
        return SseScanStatus.Event;
    }

    // Data over several lines is rare: it is joined by going through the block once more.
    private ReadOnlySequence<byte> Join(ReadOnlySequence<byte> raw)
    {
        if (_joined is null || _joined.Length < raw.Length)
        {
            Dispose();
            _joined = ArrayPool<byte>.Shared.Rent((int)raw.Length);
        }

        var length = 0;
        var lines = new SequenceReader<byte>(raw);
        while (!lines.End)
        {
            if (!lines.TryReadToAny(out ReadOnlySequence<byte> line, "\r\n"u8))
            {
                line = lines.UnreadSequence;
                lines.AdvanceToEnd();
            }

            var block = default(Block);
            block.AddLine(line);
            if (block.DataLines > 0)
            {
                var value = line.Slice(block.DataStart, block.DataLength);
                value.CopyTo(_joined.AsSpan(length));
                length += (int)value.Length;
                _joined[length++] = (byte)'\n';
            }
        }

        return new ReadOnlySequence<byte>(_joined, 0, length - 1);
    }

    /// <summary>What is known of the block under way; positions count from its first byte.</summary>
    private struct Block
    {
        private const int LongestField = 7;

        public long LineStart;
        public long DataStart;
        public long DataLength;
        public long TypeStart;
        public long TypeLength;
        public int DataLines;
        public bool HasFields;

        public void AddLine(in ReadOnlySequence<byte> line)
        {
            Span<byte> copy = stackalloc byte[LongestField];
            scoped var start = line.FirstSpan;
            if (start.Length < LongestField && !line.IsSingleSegment)
            {
                var head = line.Slice(0, Math.Min(LongestField, line.Length));
                head.CopyTo(copy);
                start = copy[..(int)head.Length];
            }

            if (start.IsEmpty || start[0] == ':')
            {
                return;
            }

            HasFields = true;
            if (IsField(start, "data"u8, out var valueStart))
            {
                DataLines++;
                DataStart = LineStart + valueStart;
                DataLength = line.Length - valueStart;
            }
            else if (IsField(start, "event"u8, out valueStart))
            {
                TypeStart = LineStart + valueStart;
                TypeLength = line.Length - valueStart;
            }
        }

        private static bool IsField(ReadOnlySpan<byte> start, ReadOnlySpan<byte> name, out int valueStart)
        {
            valueStart = name.Length;
            if (!start.StartsWith(name))
            {
                return false;
            }

            if (start.Length == name.Length)
            {
                return true;
            }

            valueStart += start.Length > name.Length + 1 && start[name.Length + 1] == ' ' ? 2 : 1;
            return start[name.Length] == ':';
        }
    }
}
