namespace Switchboard.Gateway.Admission;

/// <summary>What became of a wish for a place.</summary>
internal enum Admittance
{
    /// <summary>There is a place; it must be given back.</summary>
    Entered,

    /// <summary>Neither a place nor room to wait.</summary>
    QueueFull,

    /// <summary>No place came free in time.</summary>
    TimedOut,
}

/// <summary>
/// So many at once, so many waiting, first come first served. Where there is a place nothing is allocated; a place that
/// comes free goes straight to who waits longest, so that nobody can take it on the way.
/// </summary>
internal sealed class ConcurrencyLimit(string name, int places, int mostWaiting, TimeSpan longestWait, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _queue = new();
    private int _taken;

    /// <summary>Its name, for metrics and spans.</summary>
    public string Name => name;

    /// <summary>True where who comes now would have to wait. Asked without the lock.</summary>
    public bool IsFull => Volatile.Read(ref _taken) >= places;

    /// <summary>How many places are taken.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Takes a place, or waits for one.</summary>
    /// <exception cref="OperationCanceledException">Who waited has left; the place in the queue is free again.</exception>
    public ValueTask<Admittance> EnterAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> waiter;
        lock (_gate)
        {
            // While anybody waits every place is taken, so nobody is overtaken here.
            if (_taken < places)
            {
                _taken++;
                return new(Admittance.Entered);
            }

            if (_queue.Count >= mostWaiting)
            {
                return new(Admittance.QueueFull);
            }

            waiter = _queue.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return new(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Gives a place back.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (_queue.First is { } next)
            {
                _queue.RemoveFirst();
                next.Value.SetResult();
            }
            else
            {
                _taken--;
            }
        }
    }

    private async Task<Admittance> WaitAsync(LinkedListNode<TaskCompletionSource> waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Value.Task.WaitAsync(longestWait, time, cancellationToken);
            return Admittance.Entered;
        }
        catch (TimeoutException)
        {
            // The place may have come in the very moment.
            return TryGiveUp(waiter) ? Admittance.TimedOut : Admittance.Entered;
        }
        catch (OperationCanceledException)
        {
            if (!TryGiveUp(waiter))
            {
                Leave();
            }

            throw;
        }
    }

    private bool TryGiveUp(LinkedListNode<TaskCompletionSource> waiter)
    {
        lock (_gate)
        {
            if (waiter.List is null)
            {
                return false;
            }

            _queue.Remove(waiter);
            return true;
        }
    }
}
