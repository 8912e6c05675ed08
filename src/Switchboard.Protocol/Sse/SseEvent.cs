using System.Buffers;

namespace Switchboard.Protocol.Sse;

/// <summary>One block of an event stream: the bytes as they came, and where its fields are in them.</summary>
/// <remarks>It points into the scanned buffer (or the scanner's own) and is valid until either moves on.</remarks>
public readonly struct SseEvent
{
    private readonly SseBlock _block;
    private readonly byte[]? _joined;

    internal SseEvent(in ReadOnlySequence<byte> raw, in SseBlock block, byte[]? joined)
    {
        Raw = raw;
        _block = block;
        _joined = joined;
    }

    /// <summary>Every byte of the block, with its blank line where it has one.</summary>
    public ReadOnlySequence<byte> Raw { get; }

    /// <summary>The data: the values of its <c>data</c> lines, with a line feed between two.</summary>
    public ReadOnlySequence<byte> Data =>
        _joined is null ? Raw.Slice(_block.DataStart, _block.DataLength) : new ReadOnlySequence<byte>(_joined, 0, _block.DataLength);

    /// <summary>Where in <see cref="Raw"/> the data lies; null where it had several lines, which are joined elsewhere.</summary>
    public Range? DataRange => _block.DataLines == 1 ? _block.DataStart..(_block.DataStart + _block.DataLength) : null;

    /// <summary>The value of the last <c>event</c> line; empty without one.</summary>
    public ReadOnlySequence<byte> Type => Raw.Slice(_block.TypeStart, _block.TypeLength);

    /// <summary>The value of the last <c>id</c> line; empty without one. A value with a NUL does not count.</summary>
    public ReadOnlySequence<byte> Id => Raw.Slice(_block.IdStart, _block.IdLength);

    /// <summary>The milliseconds of the last <c>retry</c> line that is a whole number, or null.</summary>
    public int? RetryMilliseconds => _block.RetryPlusOne == 0 ? null : (int)(_block.RetryPlusOne - 1);

    /// <summary>True when there is a <c>data</c> line, be it an empty one.</summary>
    public bool HasData => _block.DataLines > 0;

    /// <summary>True when there is an <c>event</c> line that is not empty.</summary>
    public bool HasType => _block.TypeLength > 0;

    /// <summary>True when there is an <c>id</c> line; an empty one takes the last id back.</summary>
    public bool HasId => _block.HasId;

    /// <summary>True when there is any field; false for comments and blank lines alone.</summary>
    public bool HasFields => _block.HasFields;

    /// <summary>True when a blank line ends it; false for what the stream ended in, which may be cut.</summary>
    public bool IsComplete => _block.IsComplete;

    /// <summary>True for the <c>[DONE]</c> that ends a stream of completions.</summary>
    public bool IsDone
    {
        get
        {
            // Enough for it with some blanks around.
            const int LongestDone = 64;
            if (_block.DataLength is < 6 or > LongestDone)
            {
                return false;
            }

            var data = Data;
            if (data.IsSingleSegment)
            {
                return SseClassifier.IsDone(data.FirstSpan);
            }

            Span<byte> copy = stackalloc byte[LongestDone];
            data.CopyTo(copy);
            return SseClassifier.IsDone(copy[..(int)data.Length]);
        }
    }

    internal bool IsCutInField => _block.IsCutInField;

    /// <summary>True when its <c>event</c> line names this type.</summary>
    public bool IsOfType(ReadOnlySpan<byte> type)
    {
        if (_block.TypeLength != type.Length)
        {
            return false;
        }

        foreach (var segment in Type)
        {
            if (!type.StartsWith(segment.Span))
            {
                return false;
            }

            type = type[segment.Length..];
        }

        return true;
    }
}
