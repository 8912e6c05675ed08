using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.Conversations;

/// <summary>
/// Lets one turn of a conversation run at a time: those of this process in the order in which they came, those of other
/// gateways by a lock in the shared state. It spares work; that two turns never come to the same place is seen to where
/// they are kept.
/// </summary>
internal sealed class TurnGate(ISharedState shared, TimeProvider time)
{
    private static readonly TimeSpan s_life = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(40);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private int _waiting;

    /// <summary>How many turns may wait, of all conversations; others are sent away at once.</summary>
    public int MostWaiting { get; init; } = int.MaxValue;

    /// <summary>How many conversations have a turn, or turns that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _places.Count;
            }
        }
    }

    /// <summary>How many turns run or wait.</summary>
    public int Turns
    {
        get
        {
            lock (_lock)
            {
                return _places.Values.Sum(place => place.Count);
            }
        }
    }

    /// <summary>Waits for the turns before.</summary>
    /// <param name="name">The conversation.</param>
    /// <param name="wait">The longest wait.</param>
    /// <param name="cancellationToken">Fires when the caller leaves; it is forgotten then.</param>
    /// <returns>What is disposed at the end of the turn; null where the wait was too long, or too many wait.</returns>
    public async ValueTask<IAsyncDisposable?> EnterAsync(string name, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(wait, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var place = Join(name);
        var isInside = false;
        try
        {
            // Who need not wait is let in whatever the deadline says.
            isInside = await place.Turn.WaitAsync(0, CancellationToken.None);
            if (!isInside && !(isInside = await WaitAsync(place, ending.Token)))
            {
                return null;
            }

            var held = await LockAsync(name, ending.Token);
            var turn = new Inside(this, name, place, held, time);
            isInside = false;
            place = null;
            return turn;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (place is not null)
            {
                Leave(name, place, isInside);
            }
        }
    }

    private async ValueTask<bool> WaitAsync(Place place, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
            {
                return false;
            }

            await place.Turn.WaitAsync(cancellationToken);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async ValueTask<SharedLock> LockAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await shared.Locks.TryTakeAsync("conversation:" + name, s_life) is { } held)
            {
                return held;
            }

            // Two that wait for the same do not ask at the same time.
            await Task.Delay(s_pause * (1 + Random.Shared.NextDouble()), time, cancellationToken);
        }
    }

    private Place Join(string name)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue(name, out var place))
            {
                _places[name] = place = new Place();
            }

            place.Count++;
            return place;
        }
    }

    private void Leave(string name, Place place, bool isInside)
    {
        lock (_lock)
        {
            if (isInside)
            {
                place.Turn.Release();
            }

            if (--place.Count == 0)
            {
                _places.Remove(name);
                place.Turn.Dispose();
            }
        }
    }

    private sealed class Place
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public int Count { get; set; }
    }

    private sealed class Inside : IAsyncDisposable
    {
        private readonly TurnGate _gate;
        private readonly string _name;
        private readonly Place _place;
        private readonly SharedLock _held;
        private readonly ITimer _renewal;
        private int _isOver;

        public Inside(TurnGate gate, string name, Place place, SharedLock held, TimeProvider time)
        {
            (_gate, _name, _place, _held) = (gate, name, place, held);
            _renewal = time.CreateTimer(static inside => _ = ((Inside)inside!).RenewAsync(), this, s_life / 3, s_life / 3);
        }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                await _renewal.DisposeAsync();
                await _held.DisposeAsync();
                _gate.Leave(_name, _place, isInside: true);
            }
        }

        // A lock that is lost is not asked for again: the number of the turn decides then.
        private async Task RenewAsync()
        {
            if (Volatile.Read(ref _isOver) == 0)
            {
                await _held.ExtendAsync(s_life);
            }
        }
    }
}
