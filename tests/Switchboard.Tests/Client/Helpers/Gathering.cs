namespace Switchboard.Tests.Client.Helpers;

/// <summary>Lets requests through only in groups, so that a test sees how many a client sends at the same time.</summary>
/// <param name="size">How many have to be there before any goes on.</param>
internal sealed class Gathering(int size)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private int _present;

    /// <summary>The most that were there at the same time.</summary>
    public int Most { get; private set; }

    /// <summary>Waits for the others.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        Task all;
        lock (_lock)
        {
            Most = Math.Max(Most, ++_present);
            all = _all.Task;
            if (++_waiting == size)
            {
                _waiting = 0;
                _all.SetResult();
                _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        try
        {
            await all.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _present--;
            }
        }
    }
}
