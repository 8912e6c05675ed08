using System.IO.Pipelines;

namespace Switchboard.Gateway.Surfaces;

/// <summary>Keeps a whole answer until it is translated.</summary>
internal sealed class BodyBuffer : PipeWriter
{
    private const int Most = 64 * 1024 * 1024;

    private byte[] _bytes = [];
    private int _length;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>More came than is kept; what came after is lost.</summary>
    public bool IsTooLarge { get; private set; }

    /// <inheritdoc/>
    public override void Advance(int bytes) => _length += bytes;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_length > Most)
        {
            IsTooLarge = true;
            _length = 0;
        }

        var needed = _length + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(needed, Math.Max(4096, _bytes.Length * 2)));
        }

        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => new(new FlushResult(isCanceled: false, isCompleted: IsTooLarge));

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        // No flush waits.
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // The bytes stay.
    }
}
