using System.Threading.Tasks.Sources;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// What a call took from counters at Redis, or only wants to know of them. It waits for its answer itself; who waits goes on
/// on the thread pool, so that no call holds up the answers of others.
/// </summary>
internal sealed class RedisReservation : Reservation, IValueTaskSource<bool>
{
    /// <summary>How many numbers the script answers for each counter.</summary>
    public const int Parts = 4;

    private readonly CounterBatches _batches;
    private readonly ReadOnlyMemory<CounterTake> _takes;
    private readonly CounterState[] _states;
    private ManualResetValueTaskSourceCore<bool> _answered = new() { RunContinuationsAsynchronously = true };
    private int _isDecided;
    private bool _isTooLate;

    /// <summary>One that is about to be asked for.</summary>
    /// <param name="batches">What brings it to Redis.</param>
    /// <param name="takes">What it takes.</param>
    /// <param name="takesNothing">Whether it only asks how the counters stand.</param>
    public RedisReservation(CounterBatches batches, ReadOnlyMemory<CounterTake> takes, bool takesNothing = false)
        : this(batches, takes, takesNothing, new CounterState[takes.Length])
    {
    }

    private RedisReservation(CounterBatches batches, ReadOnlyMemory<CounterTake> takes, bool takesNothing, CounterState[] states)
        : base(takes, states)
    {
        (_batches, _takes, _states, TakesNothing) = (batches, takes, states, takesNothing);
        Outcome = ReserveOutcome.Unavailable;
    }

    /// <summary>Whether it only asks how the counters stand.</summary>
    public bool TakesNothing { get; }

    /// <summary>When it was asked for.</summary>
    public long AskedAt { get; init; }

    /// <summary>Whether the script was asked for it.</summary>
    public bool WasSent { get; set; }

    /// <summary>What is to be taken.</summary>
    public ReadOnlyMemory<CounterTake> Asked => _takes;

    /// <summary>Whether somebody still waits for its answer.</summary>
    public bool IsWaiting => Volatile.Read(ref _isDecided) == 0;

    /// <summary>True when its answer is there; false where none came in time.</summary>
    public ValueTask<bool> Answered => new(this, _answered.Version);

    /// <summary>What of a counter such a call takes.</summary>
    public static long AmountOf(in CounterTake take, bool takesNothing) => takesNothing ? 0 : take.Counter.Kind == CounterKind.Concurrent ? 1 : take.Amount;

    /// <summary>Reads what the script answered to its group: how many were granted, what became of the others, and how the counters stood.</summary>
    /// <param name="numbers">The numbers of its group.</param>
    /// <param name="place">Its place among the calls of the group, from 0.</param>
    /// <returns>False where nobody waits for it any more.</returns>
    public bool Read(ReadOnlySpan<long> numbers, int place)
    {
        var granted = numbers[0];
        var isGranted = place < granted;
        var taken = isGranted ? place + 1 : granted;
        for (var i = 0; i < _states.Length; i++)
        {
            var take = Takes[i];
            var part = numbers.Slice(2 + (i * Parts), Parts);
            var retry = isGranted ? 0 : part[1];
            _states[i] = new(
                take.Limit,
                Math.Max(0, part[0] - (taken * AmountOf(take, TakesNothing))),
                retry < 0 ? CounterState.Never : TimeSpan.FromMicroseconds(retry),
                TimeSpan.FromMicroseconds(part[2]),
                part[3]);
        }

        Outcome = isGranted ? ReserveOutcome.Granted : TakesNothing ? ReserveOutcome.Refused : (ReserveOutcome)numbers[1];
        _isTooLate = Interlocked.Exchange(ref _isDecided, 1) != 0;
        return !_isTooLate;
    }

    /// <summary>Lets who waits go on with what was read. The answer that came when nobody waited for it any more gives back all that was granted.</summary>
    public void Complete()
    {
        if (_isTooLate)
        {
            GiveBack();
        }
        else
        {
            _answered.SetResult(true);
        }
    }

    /// <summary>Lets who waits go on without an answer.</summary>
    /// <returns>False where it had one.</returns>
    public bool GiveUp()
    {
        if (Interlocked.Exchange(ref _isDecided, 1) != 0)
        {
            return false;
        }

        _answered.SetResult(false);
        return true;
    }

    /// <inheritdoc/>
    bool IValueTaskSource<bool>.GetResult(short token) => _answered.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _answered.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answered.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    protected override void End(ReadOnlySpan<long> amounts) => _batches.Settle(Takes, States, amounts, _isTooLate);
}
