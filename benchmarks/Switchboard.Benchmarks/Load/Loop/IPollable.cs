namespace Switchboard.Benchmarks.Load.Loop;

/// <summary>What waits on a socket in a <see cref="Poller"/>.</summary>
internal interface IPollable
{
    /// <summary>There is something to read, or, where it was asked for, room to write.</summary>
    void OnReady();
}
