namespace Switchboard.Gateway.Routing.State;

/// <summary>What may be done beyond the calls themselves: a share of those of the last 10 s, and a few in any case.</summary>
/// <param name="free">How many are free within 10 s.</param>
internal sealed class ShareBudget(int free)
{
    private const int Seconds = 10;

    private readonly Lock _gate = new();
    private readonly int[] _calls = new int[Seconds];
    private readonly int[] _taken = new int[Seconds];
    private long _second;
    private long _sumOfCalls;
    private long _sumOfTaken;

    /// <summary>Counts a call.</summary>
    public void Count(long now)
    {
        lock (_gate)
        {
            Move(now);
            _calls[_second % Seconds]++;
            _sumOfCalls++;
        }
    }

    /// <summary>Takes one more, if the share allows it.</summary>
    public bool TryTake(double share, long now)
    {
        lock (_gate)
        {
            Move(now);
            if (_sumOfTaken >= free + (share * _sumOfCalls))
            {
                return false;
            }

            _taken[_second % Seconds]++;
            _sumOfTaken++;
            return true;
        }
    }

    private void Move(long now)
    {
        var second = (now / TimeSpan.TicksPerSecond) + Seconds;
        for (var passed = Math.Min(second - _second, Seconds); passed > 0; passed--)
        {
            var bucket = (second - passed + 1) % Seconds;
            _sumOfCalls -= _calls[bucket];
            _sumOfTaken -= _taken[bucket];
            _calls[bucket] = _taken[bucket] = 0;
        }

        _second = Math.Max(second, _second);
    }
}
