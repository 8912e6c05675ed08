namespace Switchboard.Gateway.State.Shared;

/// <summary>
/// What a call took from counters, until it is over. Settle it with what was really used, give it back if nothing was
/// done, or dispose it and what was estimated stays; only the first of these counts. None of them waits.
/// </summary>
public abstract class Reservation : IDisposable
{
    private readonly ReadOnlyMemory<CounterTake> _takes;
    private readonly CounterState[] _states;
    private int _isOver;

    /// <summary>A reservation that ends with <see cref="Outcome"/> being told.</summary>
    /// <param name="takes">What was asked for.</param>
    /// <param name="states">How each counter stands; filled in by the store before it hands the reservation out.</param>
    protected Reservation(ReadOnlyMemory<CounterTake> takes, CounterState[] states)
    {
        _takes = takes;
        _states = states;
    }

    /// <summary>What became of it.</summary>
    public ReserveOutcome Outcome { get; protected set; }

    /// <summary>What was asked for.</summary>
    public ReadOnlySpan<CounterTake> Takes => _takes.Span;

    /// <summary>How each counter stands, in the order of <see cref="Takes"/>; empty where the store is away.</summary>
    public ReadOnlySpan<CounterState> States => _states;

    /// <summary>The counter that refused, by its place; the one that will be free last where several did. -1 where none did.</summary>
    public int RefusedBy
    {
        get
        {
            var last = -1;
            for (var i = 0; i < _states.Length; i++)
            {
                if (_states[i].IsRefused && (last < 0 || _states[i].RetryIn > _states[last].RetryIn))
                {
                    last = i;
                }
            }

            return last;
        }
    }

    /// <summary>When to come again; zero where it was granted.</summary>
    public virtual TimeSpan RetryIn => RefusedBy is var by and >= 0 ? _states[by].RetryIn : TimeSpan.Zero;

    /// <summary>Sets right what was taken, and gives leases back.</summary>
    /// <param name="amounts">What was really used, in the order of <see cref="Takes"/>; those of concurrent counters do not matter.</param>
    public void Settle(ReadOnlySpan<long> amounts)
    {
        if (amounts.Length != _takes.Length)
        {
            throw new ArgumentException("There must be an amount for each counter.", nameof(amounts));
        }

        if (Outcome == ReserveOutcome.Granted && Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            End(amounts);
        }
    }

    /// <summary>Gives all of it back: the call never was.</summary>
    public void GiveBack()
    {
        Span<long> nothing = stackalloc long[_takes.Length];
        nothing.Clear();
        Settle(nothing);
    }

    /// <summary>Gives leases back; the rest stays as it was taken, if it was not settled before.</summary>
    public void Dispose()
    {
        if (Outcome == ReserveOutcome.Granted && Volatile.Read(ref _isOver) == 0)
        {
            Span<long> asTaken = stackalloc long[_takes.Length];
            for (var i = 0; i < asTaken.Length; i++)
            {
                asTaken[i] = Takes[i].Amount;
            }

            Settle(asTaken);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Does what <see cref="Settle"/> says, once. Must not wait.</summary>
    protected abstract void End(ReadOnlySpan<long> amounts);
}
