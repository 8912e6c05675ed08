using Microsoft.Extensions.Logging;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records;

public sealed class RecordsChangesTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Asked _asked = new();

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_waits_and_nothing_is_asked()
    {
        await using var changes = new RecordsChanges(_asked.AskAsync, _time, _asked);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, _asked.Count);
    }

    [Fact]
    public async Task It_asks_four_times_a_second_while_somebody_waits()
    {
        await using var changes = new RecordsChanges(_asked.AskAsync, _time, _asked);
        var waiting = changes.WaitBeyondAsync(0, Ends);
        for (var i = 1; i <= 4; i++)
        {
            await _time.WaitForTimersAsync(1, Ends);
            Assert.Equal(i, _asked.Count);
            _time.Advance(RecordsChanges.Interval);
        }

        await _time.WaitForTimersAsync(1, Ends);
        _asked.Revision = 7;
        _time.Advance(RecordsChanges.Interval);

        Assert.Equal(7, await waiting.WithinAsync("the change", Ends));
    }

    [Fact]
    public async Task What_is_told_wakes_at_once_all_who_know_less()
    {
        await using var changes = new RecordsChanges(_asked.AskAsync, _time, _asked);
        var one = changes.WaitBeyondAsync(0, Ends);
        var two = changes.WaitBeyondAsync(2, Ends);
        var three = changes.WaitBeyondAsync(3, Ends);

        changes.Tell(3);
        changes.Tell(1);

        Assert.Equal(3, await one.WithinAsync("the first", Ends));
        Assert.Equal(3, await two.WithinAsync("the second", Ends));
        Assert.False(three.IsCompleted);
    }

    [Fact]
    public async Task It_asks_no_more_when_nobody_waits_any_longer()
    {
        await using var changes = new RecordsChanges(_asked.AskAsync, _time, _asked);
        using var source = new CancellationTokenSource();
        var waiting = changes.WaitBeyondAsync(0, source.Token);
        await _time.WaitForTimersAsync(1, Ends);

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _time.Advance(RecordsChanges.Interval);
        await changes.DisposeAsync();

        Assert.Equal(1, _asked.Count);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task While_the_database_is_away_it_asks_less_often_and_says_so_once()
    {
        _asked.Fault = new RecordsUnavailableException("PostgreSQL at db cannot be reached.");
        await using var changes = new RecordsChanges(_asked.AskAsync, _time, _asked);
        var waiting = changes.WaitBeyondAsync(0, Ends);
        foreach (var seconds in (double[])[0.5, 1, 2, 4, 4])
        {
            await _time.WaitForTimersAsync(1, Ends);
            var count = _asked.Count;
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal((1, count, true), (_time.ActiveTimers, _asked.Count, changes.IsAway));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await _time.WaitForTimersAsync(1, Ends);
        _asked.Fault = null;
        _asked.Revision = 1;
        _time.Advance(RecordsChanges.LongestInterval);

        Assert.Equal(1, await waiting.WithinAsync("the change", Ends));
        await _time.WaitForTimersAsync(1, Ends);
        Assert.Equal(
        [
            "Changes of other nodes are not seen while the database does not answer: PostgreSQL at db cannot be reached.",
            "The database answers again.",
        ],
        _asked.Lines);
    }

    [Fact]
    public async Task Who_waits_when_it_closes_is_told()
    {
        var changes = new RecordsChanges(_asked.AskAsync, _time, _asked);
        var waiting = changes.WaitBeyondAsync(0, Ends);

        await changes.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    /// <summary>The database's part, and the log's.</summary>
    private sealed class Asked : ILogger
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public long Revision { get; set; }

        public Exception? Fault { get; set; }

        public List<string> Lines { get; } = [];

        public Task<long> AskAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return Fault is null ? Task.FromResult(Revision) : Task.FromException<long>(Fault);
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
