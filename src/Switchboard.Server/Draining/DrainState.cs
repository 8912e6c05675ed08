namespace Switchboard.Server.Draining;

/// <summary>Counts the running requests and, once the server is asked to stop, lets no new one begin, and in the end none go on.</summary>
internal sealed class DrainState : IDisposable
{
    private readonly CancellationTokenSource _deadline = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isDraining;

    /// <summary>True once the server was asked to stop.</summary>
    public bool IsDraining
    {
        get
        {
            lock (_lock)
            {
                return _isDraining;
            }
        }
    }

    /// <summary>How many requests are running.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    /// <summary>Ends when the server was asked to stop and no request is running any more.</summary>
    public Task WhenIdle => _idle.Task;

    /// <summary>Fires when what still runs must end.</summary>
    public CancellationToken Deadline => _deadline.Token;

    /// <summary>Begins a request.</summary>
    /// <returns>False when the server is stopping: the request must be refused and <see cref="Leave"/> not be called.</returns>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isDraining)
            {
                return false;
            }

            _running++;
            return true;
        }
    }

    /// <summary>Ends a request that <see cref="TryEnter"/> began.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _running--;
            EndWhenIdle();
        }
    }

    /// <summary>Lets no new request begin.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _isDraining = true;
            EndWhenIdle();
        }
    }

    /// <summary>Ends what still runs: each request tells its caller, and then is idle.</summary>
    public Task EndAllAsync() => _deadline.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _deadline.Dispose();

    private void EndWhenIdle()
    {
        if (_isDraining && _running == 0)
        {
            _idle.TrySetResult();
        }
    }
}
