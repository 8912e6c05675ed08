using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Caching;

/// <summary>
/// A call that is under way, and the callers of equal ones that get its answer too. It goes on when its own caller leaves
/// as long as there is one of them.
/// </summary>
internal sealed class Flight : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenRegistration _leaving;
    private readonly Action<Flight> _closed;
    private int _followers;
    private bool _isClosed;
    private bool _isLeaderGone;

    /// <summary>A call that begins.</summary>
    /// <param name="closed">Called once nobody may join any more.</param>
    /// <param name="stopping">Ends it, whoever waits.</param>
    /// <param name="cancellationToken">Fires when its caller leaves.</param>
    public Flight(Action<Flight> closed, CancellationToken stopping, CancellationToken cancellationToken)
    {
        _closed = closed;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _leaving = cancellationToken.UnsafeRegister(static flight => ((Flight)flight!).LoseLeader(), this);
    }

    /// <summary>Its answer.</summary>
    public AnswerRecording Recording { get; } = new();

    /// <summary>Fires when nobody waits for its answer.</summary>
    public CancellationToken Token => _ending.Token;

    /// <summary>Completed when the first other caller joins.</summary>
    public Task Joined => _joined.Task;

    /// <summary>Joins it; false where it is too late for that.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _followers++;
            Recording.Hold();
        }

        _joined.TrySetResult();
        return true;
    }

    /// <summary>Leaves it, answered or not.</summary>
    public void Leave()
    {
        bool isLast;
        lock (_gate)
        {
            _followers--;
            isLast = _followers == 0 && _isLeaderGone;
            _isClosed |= isLast;
        }

        Recording.Release();
        if (isLast)
        {
            EndCall();
        }
    }

    /// <summary>Nobody joins any more: the answer is too large to be kept.</summary>
    /// <returns>How many others read it.</returns>
    public int Close()
    {
        int followers;
        lock (_gate)
        {
            _isClosed = true;
            followers = _followers;
        }

        _closed(this);
        Recording.NoteTooLarge();
        return followers;
    }

    /// <summary>Whether the call goes on without its caller; if not, nobody joins it any more.</summary>
    public bool CanLose()
    {
        lock (_gate)
        {
            _isLeaderGone = true;
            _isClosed |= _followers == 0;
            return _followers > 0;
        }
    }

    /// <summary>The call is over.</summary>
    /// <param name="isWhole">Its answer came to its end.</param>
    /// <param name="isKept">It may be given again.</param>
    /// <param name="fault">What broke it off; null for nothing.</param>
    public void End(bool isWhole, bool isKept, GatewayError? fault)
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _closed(this);
        Recording.End(isWhole, isKept, fault);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaving.Dispose();
        lock (_gate)
        {
            // Whoever leaves later has nothing to end.
            _isLeaderGone = false;
            _ending.Dispose();
        }

        Recording.Release();
    }

    private void LoseLeader()
    {
        if (!CanLose())
        {
            EndCall();
        }
    }

    private void EndCall()
    {
        try
        {
            _ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call is over already.
        }
    }
}
