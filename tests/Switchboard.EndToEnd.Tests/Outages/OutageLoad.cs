using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;

namespace Switchboard.EndToEnd.Tests.Outages;

/// <summary>The callers of one gateway.</summary>
internal sealed class OutageLoad : IAsyncDisposable
{
    private const int Callers = 4;

    private readonly CancellationTokenSource _stopping = new();
    private readonly OutageCaller[] _callers;
    private readonly Task _asking;

    /// <summary>Begins.</summary>
    public OutageLoad(string name, GatewayProcess gateway, string key)
    {
        _callers = [.. Enumerable.Range(0, Callers).Select(number => new OutageCaller($"{name}-{number}", key))];
        _asking = Task.WhenAll(_callers.Select(caller => Task.Run(() => caller.AskAsync(gateway, _stopping.Token))));
    }

    /// <summary>The callers.</summary>
    public IReadOnlyList<OutageCaller> All => _callers;

    /// <summary>The calls that were answered.</summary>
    public IReadOnlyList<string> Answered => [.. _callers.SelectMany(caller => caller.Answered)];

    /// <summary>The calls that were begun.</summary>
    public IReadOnlyList<string> Begun => [.. _callers.SelectMany(caller => caller.Begun)];

    /// <summary>What went wrong.</summary>
    public IReadOnlyList<string> Failures => [.. _callers.SelectMany(caller => caller.Failures)];

    /// <summary>Waits until so many more calls were answered, unless one fails.</summary>
    public async Task PassAsync(int more, CancellationToken cancellationToken)
    {
        var until = Answered.Count + more;
        await Poll.UntilAsync(() => Answered.Count >= until || Failures.Count > 0, $"{more} answers", cancellationToken);
    }

    /// <summary>Ends the calls that run, and begins no more.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _asking;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var caller in _callers)
        {
            caller.Dispose();
        }

        _stopping.Dispose();
    }
}
