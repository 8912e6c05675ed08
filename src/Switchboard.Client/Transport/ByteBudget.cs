using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Client.Transport;

/// <summary>Room for so many bytes: who finds none waits, in the order of coming.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for has nothing to dispose of.")]
internal sealed class ByteBudget(long capacity)
{
    // The large one in front is not overtaken for ever by small ones.
    private readonly SemaphoreSlim _door = new(1);
    private readonly Lock _lock = new();
    private TaskCompletionSource? _freed;
    private long _used;
    private bool _isOver;

    /// <summary>Takes room; what is larger than all of it takes all. False when there is no more to be had.</summary>
    public async ValueTask<bool> TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        await _door.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (WaitFor(bytes) is { } freed)
            {
                await freed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return !_isOver;
        }
        finally
        {
            _door.Release();
        }
    }

    public void Release(int bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
            Tell();
        }
    }

    /// <summary>Nobody waits any more, and nobody gets room.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            Tell();
        }
    }

    private Task? WaitFor(int bytes)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return null;
            }

            if (_used == 0 || _used + bytes <= capacity)
            {
                _used += bytes;
                return null;
            }

            return (_freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Tell()
    {
        _freed?.TrySetResult();
        _freed = null;
    }
}
