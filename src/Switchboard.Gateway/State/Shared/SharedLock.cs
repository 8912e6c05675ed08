namespace Switchboard.Gateway.State.Shared;

/// <summary>A lock that is held until it is disposed or its life is over.</summary>
public abstract class SharedLock : IAsyncDisposable
{
    private int _isGivenBack;

    /// <summary>Lets it live on from now; false where it was over, and another may have it.</summary>
    /// <param name="life">How long from now.</param>
    public abstract ValueTask<bool> ExtendAsync(TimeSpan life);

    /// <summary>Gives it back.</summary>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Interlocked.Exchange(ref _isGivenBack, 1) == 0 ? GiveBackAsync() : default;
    }

    /// <summary>Gives it back, if it is still this holder's. Called once.</summary>
    protected abstract ValueTask GiveBackAsync();
}
