using System.Buffers;
using System.IO.Pipelines;

namespace Switchboard.Protocol.Sse;

/// <summary>
/// Reads the events of a stream one by one, as bytes: <c>while (await reader.ReadAsync(ct)) { … reader.Data … }</c>.
/// An event that lies in one piece is not copied, and none allocates.
/// </summary>
/// <remarks>
/// What the spans show is valid until the next <see cref="ReadAsync"/> or <see cref="Dispose"/>. The pipe stays its
/// owner's, who completes it after the reader's last use. Not thread-safe.
/// </remarks>
public sealed class SseReader : IDisposable
{
    private readonly PipeReader _input;
    private readonly SseLimits _limits;
    private readonly SseScanner _scanner;
    private ReadOnlySequence<byte> _buffer;
    private ReadOnlyMemory<byte> _first;
    private long _start;
    private long _next;
    private Copy _data;
    private Copy _type;
    private Copy _lastEventId;
    private int _lastEventIdLength;
    private bool _holdsRead;
    private bool _isEnded;
    private bool _hasEvent;

    /// <summary>Makes a reader for one stream.</summary>
    /// <param name="input">The stream's bytes.</param>
    /// <param name="limits">How large its lines and events may be; <see cref="SseLimits.Default"/> when null.</param>
    public SseReader(PipeReader input, SseLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        _limits = limits ?? SseLimits.Default;
        _scanner = new SseScanner(_limits);
    }

    /// <summary>The event's name, the value of its last <c>event</c> line; empty without one.</summary>
    public ReadOnlySpan<byte> Type => _hasEvent ? Part(_scanner.Block.TypeStart, _scanner.Block.TypeLength, ref _type) : default;

    /// <summary>The event's data: the values of its <c>data</c> lines, with a line feed between two.</summary>
    public ReadOnlySpan<byte> Data =>
        !_hasEvent ? default
        : _scanner.Block.DataLines > 1 ? _scanner.Joined.AsSpan(0, _scanner.Block.DataLength)
        : Part(_scanner.Block.DataStart, _scanner.Block.DataLength, ref _data);

    /// <summary>True when the event has a <c>data</c> line, be it an empty one. By the standard nobody is told of one without.</summary>
    public bool HasData => _hasEvent && _scanner.Block.DataLines > 0;

    /// <summary>True when a blank line ended the event; false for what the stream ended in, which may be cut.</summary>
    public bool IsComplete => _hasEvent && _scanner.Block.IsComplete;

    /// <summary>The last <c>id</c> that the stream told, with this event or before; empty without one.</summary>
    public ReadOnlySpan<byte> LastEventId => _lastEventId.First(_lastEventIdLength);

    /// <summary>How many milliseconds the stream asked to wait before connecting again, last told by <c>retry</c>; null when it did not.</summary>
    public int? RetryMilliseconds { get; private set; }

    /// <summary>Goes to the next event with data or a name; false at the end of the stream.</summary>
    /// <remarks>
    /// What is left at the end without its blank line is the last event, with <see cref="IsComplete"/> false; its id
    /// and retry do not count. After an <see cref="OperationCanceledException"/> reading can go on where it was.
    /// </remarks>
    /// <exception cref="SseLimitException">A line or an event is larger than allowed; the stream cannot be read on.</exception>
    /// <exception cref="OperationCanceledException">The token, or <see cref="PipeReader.CancelPendingRead"/>, cancelled it.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default) =>
        _holdsRead && TryTake() ? new ValueTask<bool>(true) : ReadMoreAsync(cancellationToken);

    /// <summary>Tells what the event is to a client of a model's stream.</summary>
    public SseEventKind Classify() =>
        IsComplete || (!_scanner.Block.IsCutInField && SseClassifier.IsWhole(Data)) ? SseClassifier.Classify(Type, Data) : SseEventKind.Truncated;

    /// <inheritdoc/>
    public void Dispose()
    {
        _hasEvent = false;
        _lastEventIdLength = 0;
        _scanner.Dispose();
        _data.Dispose();
        _type.Dispose();
        _lastEventId.Dispose();
    }

    // Pooled: it runs once a read, and suspends whenever the stream is slow.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        while (!_isEnded)
        {
            if (_holdsRead)
            {
                _holdsRead = false;
                _input.AdvanceTo(_buffer.GetPosition(_next), _buffer.End);
            }

            var read = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
            Hold(read.Buffer);
            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The read of the event stream was cancelled.");
            }

            if (TryTake())
            {
                return true;
            }

            if (read.IsCompleted)
            {
                _isEnded = true;
                return TryTakeLast();
            }
        }

        return _hasEvent = false;
    }

    private void Hold(in ReadOnlySequence<byte> buffer)
    {
        _holdsRead = true;
        _buffer = buffer;
        _first = buffer.First;
        _next = 0;
    }

    private bool TryTake()
    {
        while (true)
        {
            if (_next >= _first.Length)
            {
                Hold(_buffer.Slice(_next));
            }

            _start = _next;
            var status = _scanner.Find(_buffer, _first.Span, ref _start, out var length);
            _next = _start + length;
            if (status != SseScanStatus.Event)
            {
                _hasEvent = false;
                return status == SseScanStatus.NeedMore ? false : throw new SseLimitException(status, _limits);
            }

            if (TakeBlock())
            {
                return true;
            }
        }
    }

    private bool TryTakeLast()
    {
        _start = _next;
        _next = _buffer.Length;
        return _hasEvent = _scanner.FindLast(_buffer, _start) && TakeBlock();
    }

    /// <summary>Takes in what the block says of the stream; true when it is one to be told of.</summary>
    private bool TakeBlock()
    {
        ref readonly var block = ref _scanner.Block;
        if (!block.IsComplete)
        {
            return _hasEvent = block.HasFields;
        }

        if (block.HasId || block.RetryPlusOne > 0)
        {
            TakeState(block);
        }

        // By the standard nobody is told of a name without data; the SDKs tell.
        return _hasEvent = block.DataLines > 0 || block.TypeLength > 0;
    }

    private void TakeState(in SseBlock block)
    {
        if (block.RetryPlusOne > 0)
        {
            RetryMilliseconds = (int)(block.RetryPlusOne - 1);
        }

        if (block.HasId)
        {
            _lastEventIdLength = _lastEventId.Take(_buffer.Slice(_start + block.IdStart, block.IdLength));
        }
    }

    private ReadOnlySpan<byte> Part(int start, int length, ref Copy copy)
    {
        var at = _start + start;
        return at + length <= _first.Length ? _first.Span.Slice((int)at, length) : copy.Of(_buffer.Slice(at, length));
    }

    /// <summary>A pooled buffer for bytes that must be moved: parts over several segments, or what outlives its event.</summary>
    private struct Copy
    {
        private byte[]? _buffer;

        public readonly ReadOnlySpan<byte> First(int length) => _buffer.AsSpan(0, length);

        public ReadOnlySpan<byte> Of(scoped in ReadOnlySequence<byte> part) => part.IsSingleSegment ? part.FirstSpan : First(Take(part));

        public int Take(in ReadOnlySequence<byte> part)
        {
            var length = (int)part.Length;
            if (_buffer is null || _buffer.Length < length)
            {
                Dispose();
                _buffer = ArrayPool<byte>.Shared.Rent(length);
            }

            part.CopyTo(_buffer);
            return length;
        }

        public void Dispose()
        {
            if (_buffer is { } buffer)
            {
                _buffer = null;
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
