using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Conversations;

public sealed class TurnGateTests : IAsyncDisposable
{
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly MemorySharedState _shared;

    public TurnGateTests() => _shared = new MemorySharedState(_time);

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _shared.DisposeAsync();

    [Fact]
    public async Task Turns_run_one_after_the_other_in_the_order_of_coming()
    {
        var gate = new TurnGate(_shared, TimeProvider.System);
        var order = new List<int>();
        var first = await gate.EnterAsync("a", s_wait, Ends);
        var waiting = Enumerable.Range(0, 5).Select(RunAsync).ToArray();

        Assert.Empty(order);
        await first!.DisposeAsync();
        await Task.WhenAll(waiting);

        Assert.Equal([0, 1, 2, 3, 4], order);
        Assert.Equal(0, gate.Count);

        async Task RunAsync(int number)
        {
            await using var turn = await gate.EnterAsync("a", TimeSpan.FromMinutes(1), Ends);
            order.Add(number);
        }
    }

    [Fact]
    public async Task Other_conversations_do_not_wait()
    {
        var gate = new TurnGate(_shared, _time);
        await using var first = await gate.EnterAsync("a", s_wait, Ends);
        await using var other = await gate.EnterAsync("b", TimeSpan.Zero, Ends);

        Assert.NotNull(other);
    }

    [Fact]
    public async Task Who_waits_too_long_is_sent_away()
    {
        var gate = new TurnGate(_shared, _time);
        var first = await gate.EnterAsync("a", s_wait, Ends);
        var second = gate.EnterAsync("a", s_wait, Ends);

        _time.Advance(s_wait);
        Assert.Null(await second);
        Assert.Null(await gate.EnterAsync("a", TimeSpan.Zero, Ends));
        await first!.DisposeAsync();
        Assert.Equal(0, gate.Count);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_is_forgotten()
    {
        var gate = new TurnGate(_shared, TimeProvider.System);
        var first = await gate.EnterAsync("a", s_wait, Ends);
        using var leaving = new CancellationTokenSource();
        var second = gate.EnterAsync("a", TimeSpan.FromMinutes(1), leaving.Token).AsTask();
        var third = gate.EnterAsync("a", TimeSpan.FromMinutes(1), Ends).AsTask();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first!.DisposeAsync();
        await (await third)!.DisposeAsync();

        Assert.Equal(0, gate.Count);
    }

    [Fact]
    public async Task Who_finds_as_many_waiting_as_may_is_sent_away_at_once()
    {
        var gate = new TurnGate(_shared, _time) { MostWaiting = 1 };
        var first = await gate.EnterAsync("a", s_wait, Ends);
        var second = gate.EnterAsync("a", s_wait, Ends).AsTask();

        Assert.Null(await gate.EnterAsync("a", s_wait, Ends));
        await using var other = await gate.EnterAsync("b", s_wait, Ends);
        Assert.NotNull(other);
        await first!.DisposeAsync();
        await (await second)!.DisposeAsync();
        await using var next = await gate.EnterAsync("a", s_wait, Ends);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Another_gateway_waits_too_and_a_long_turn_keeps_its_lock()
    {
        var (here, there) = (new TurnGate(_shared, _time), new TurnGate(_shared, _time));
        var first = await here.EnterAsync("a", s_wait, Ends);

        // Longer than a lock lives.
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Null(await there.EnterAsync("a", TimeSpan.Zero, Ends));
        await first!.DisposeAsync();
        await using var second = await there.EnterAsync("a", TimeSpan.Zero, Ends);
        Assert.NotNull(second);
    }
}
