using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Routing.State;

/// <summary>What changed at a breaker.</summary>
internal enum BreakerChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It opened: calls go elsewhere.</summary>
    Opened,

    /// <summary>It closed: calls come again.</summary>
    Closed,
}

/// <summary>
/// Leaves a deployment alone that fails too often. After a while it lets a few calls through on trial: when they succeed
/// it closes, when one fails it stays open as long again. Asked without a lock; outcomes are counted under one.
/// </summary>
internal sealed class Breaker
{
    private const int Buckets = 10;

    private readonly Lock _gate = new();

    // Made with the first outcome, as all that is large and seldom read: what choices read stays close together.
    private Bucket[]? _buckets;
    private long _openUntil;
    private int _trials;
    private int _succeeded;
    private long _width;

    /// <summary>True while it is open or on trial.</summary>
    public bool IsOpen => Volatile.Read(ref _openUntil) != 0;

    /// <summary>When the next trial may be; 0 while it is closed.</summary>
    public long OpenUntil => Volatile.Read(ref _openUntil);

    /// <summary>Whether a call may go, perhaps on trial.</summary>
    public bool Admits(long now, BreakerSettings settings) =>
        Volatile.Read(ref _openUntil) is var until && (until == 0 || (now >= until && Volatile.Read(ref _trials) < settings.Probes));

    /// <summary>Begins a call; true for one on trial, of which only so many may be at once.</summary>
    /// <param name="now">The time.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="isTrial">The call is one on trial; it must be ended as that.</param>
    /// <returns>False where the last place for a trial was taken meanwhile.</returns>
    public bool TryBegin(long now, BreakerSettings settings, out bool isTrial)
    {
        isTrial = false;
        if (!IsOpen)
        {
            return true;
        }

        lock (_gate)
        {
            isTrial = _openUntil != 0 && now >= _openUntil && _trials < settings.Probes;
            _trials += isTrial ? 1 : 0;
            return isTrial || _openUntil == 0;
        }
    }

    /// <summary>Counts a call that was answered.</summary>
    public BreakerChange Succeeded(long now, bool isTrial, BreakerSettings settings)
    {
        lock (_gate)
        {
            EndTrial(isTrial);
            if (isTrial && _openUntil != 0 && ++_succeeded >= settings.Probes)
            {
                Close();
                return BreakerChange.Closed;
            }

            BucketOf(now, settings).Calls++;
            return BreakerChange.None;
        }
    }

    /// <summary>Counts a call that failed.</summary>
    public BreakerChange Failed(long now, bool isTrial, BreakerSettings settings)
    {
        lock (_gate)
        {
            EndTrial(isTrial);
            ref var bucket = ref BucketOf(now, settings);
            bucket.Calls++;
            bucket.Failures++;
            if (_openUntil != 0)
            {
                // A straggler from before it opened says nothing new.
                if (isTrial)
                {
                    Open(now, settings);
                }

                return BreakerChange.None;
            }

            var (calls, failures) = Count(now, settings);
            if (calls < settings.LeastCalls || failures < settings.FailureShare * calls)
            {
                return BreakerChange.None;
            }

            Open(now, settings);
            return BreakerChange.Opened;
        }
    }

    /// <summary>Ends a call that says nothing of the deployment: its caller left, or the request was at fault.</summary>
    public void Ended(bool isTrial)
    {
        if (isTrial)
        {
            lock (_gate)
            {
                EndTrial(isTrial);
            }
        }
    }

    /// <summary>Lets a trial be made now; for a deployment that was seen to be there again.</summary>
    public void AllowTrial(long now)
    {
        lock (_gate)
        {
            _openUntil = _openUntil > now ? now : _openUntil;
        }
    }

    private void EndTrial(bool isTrial) => _trials -= isTrial ? 1 : 0;

    private void Open(long now, BreakerSettings settings)
    {
        _succeeded = 0;
        Volatile.Write(ref _openUntil, now + settings.OpenFor.Ticks);
    }

    private void Close()
    {
        _succeeded = 0;
        _buckets = null;
        Volatile.Write(ref _openUntil, 0);
    }

    // A bucket is a tenth of the window; one that holds an older tenth is begun anew.
    private ref Bucket BucketOf(long now, BreakerSettings settings)
    {
        var width = settings.Window.Ticks / Buckets;
        if (_buckets is null || width != _width)
        {
            _width = width;
            _buckets = new Bucket[Buckets];
        }

        // One more than the number, for 0 stands for none.
        var stamp = (now / width) + 1;
        ref var bucket = ref _buckets[(int)(stamp % Buckets)];
        if (bucket.Stamp != stamp)
        {
            bucket = new Bucket { Stamp = stamp };
        }

        return ref bucket;
    }

    private (int Calls, int Failures) Count(long now, BreakerSettings settings)
    {
        var oldest = (now / (settings.Window.Ticks / Buckets)) + 1 - Buckets;
        var (calls, failures) = (0, 0);
        foreach (var bucket in _buckets ?? [])
        {
            if (bucket.Stamp > oldest)
            {
                calls += bucket.Calls;
                failures += bucket.Failures;
            }
        }

        return (calls, failures);
    }

    private struct Bucket
    {
        public long Stamp;
        public int Calls;
        public int Failures;
    }
}
