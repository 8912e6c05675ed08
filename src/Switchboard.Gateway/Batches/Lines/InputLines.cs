using System.Buffers;

namespace Switchboard.Gateway.Batches.Lines;

/// <summary>The lines of a file, one after the other; of the file no more is held than the line, and some that follow.</summary>
/// <param name="input">The file.</param>
/// <param name="longest">The longest line in bytes; of longer ones it is only told that they are there.</param>
internal sealed class InputLines(Stream input, int longest) : IAsyncDisposable
{
    private const int UsualBytes = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualBytes);
    private int _start;
    private int _scanned;
    private int _filled;
    private bool _isEnd;

    /// <summary>The line's number, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The line without its end, valid until the next one is asked for; empty where it is too long.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>The line is longer than it may be.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Goes to the next line that is not blank; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        do
        {
            if (!await ReadAnyAsync(cancellationToken))
            {
                return false;
            }
        }
        while (!IsTooLong && !Line.Span.ContainsAnyExcept(" \t"u8));
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return input.DisposeAsync();
    }

    private async ValueTask<bool> ReadAnyAsync(CancellationToken cancellationToken)
    {
        IsTooLong = false;
        Line = default;
        while (true)
        {
            var end = _buffer.AsSpan(_scanned, _filled - _scanned).IndexOf((byte)'\n');
            if (end >= 0)
            {
                Take(_scanned + end, _scanned + end + 1);
                return true;
            }

            _scanned = _filled;
            if (_isEnd)
            {
                var isLine = _filled > _start || IsTooLong;
                Take(_filled, _filled);
                Number -= isLine ? 0 : 1;
                return isLine;
            }

            await FillAsync(cancellationToken);
        }
    }

    private void Take(int end, int next)
    {
        Number++;
        IsTooLong |= end - _start > longest;
        var start = Number == 1 && _buffer.AsSpan(_start, end - _start).StartsWith("\uFEFF"u8) ? _start + 3 : _start;
        var length = end > start && _buffer[end - 1] == '\r' ? end - start - 1 : end - start;
        Line = IsTooLong ? default : _buffer.AsMemory(start, length);
        (_start, _scanned) = (next, next);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_filled - _start > longest)
        {
            // Nobody reads it: only its end is looked for.
            IsTooLong = true;
            _start = _filled;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            (_scanned, _filled, _start) = (_scanned - _start, _filled - _start, 0);
        }

        if (_filled == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = await input.ReadAsync(_buffer.AsMemory(_filled), cancellationToken);
        _filled += read;
        _isEnd = read == 0;
    }
}
