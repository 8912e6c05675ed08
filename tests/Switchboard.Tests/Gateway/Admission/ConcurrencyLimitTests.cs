using Switchboard.Gateway.Admission;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Admission;

public sealed class ConcurrencyLimitTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task So_many_enter_so_many_wait_and_the_next_is_refused_at_once()
    {
        var limit = Limit(places: 2, queue: 1);

        var first = limit.EnterAsync(Token);
        var second = limit.EnterAsync(Token);
        var waiting = limit.EnterAsync(Token).AsTask();
        var refused = limit.EnterAsync(Token);

        Assert.Equal((true, true, false, true), (first.IsCompletedSuccessfully, second.IsCompletedSuccessfully, waiting.IsCompleted, refused.IsCompletedSuccessfully));
        Assert.Equal((Admittance.Entered, Admittance.QueueFull), (await first, await refused));
        limit.Leave();
        Assert.Equal(Admittance.Entered, await waiting.WithinAsync("the place", Token));
        Assert.Equal((2, 0), (limit.Taken, limit.Waiting));
        Assert.Equal(Admittance.Entered, await second);
    }

    [Fact]
    public async Task Who_waits_longest_enters_first_and_nobody_overtakes()
    {
        var limit = Limit(places: 1, queue: 10);
        await limit.EnterAsync(Token);
        var waiting = Enumerable.Range(0, 5).Select(_ => limit.EnterAsync(Token).AsTask()).ToArray();

        for (var i = 0; i < waiting.Length; i++)
        {
            limit.Leave();
            await waiting[i].WithinAsync("the next in line", Token);
            Assert.DoesNotContain(waiting[(i + 1)..], later => later.IsCompleted);

            // A place was given back and taken in one: there is none in between for others.
            Assert.Equal(1, limit.Taken);
        }

        limit.Leave();
        Assert.Equal(0, limit.Taken);
    }

    [Fact]
    public async Task Who_leaves_the_queue_frees_its_place()
    {
        var limit = Limit(places: 1, queue: 1);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await limit.EnterAsync(Token);
        var impatient = limit.EnterAsync(leaving.Token).AsTask();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        var patient = limit.EnterAsync(Token).AsTask();
        Assert.Equal((1, 1, false), (limit.Taken, limit.Waiting, patient.IsCompleted));
        limit.Leave();

        Assert.Equal(Admittance.Entered, await patient.WithinAsync("the place", Token));
        limit.Leave();
        Assert.Equal(0, limit.Taken);
    }

    [Fact]
    public async Task Nobody_waits_for_ever()
    {
        var limit = Limit(places: 1, queue: 1);
        await limit.EnterAsync(Token);
        var waiting = limit.EnterAsync(Token).AsTask();

        _time.Advance(s_longest - TimeSpan.FromMilliseconds(1));
        var early = waiting.IsCompleted;
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(early);
        Assert.Equal(Admittance.TimedOut, await waiting.WithinAsync("the end of the wait", Token));
        Assert.Equal((1, 0), (limit.Taken, limit.Waiting));
    }

    [Fact]
    public async Task Leaving_and_being_let_in_at_once_loses_no_place()
    {
        var limit = Limit(places: 1, queue: 1);
        for (var i = 0; i < 2000; i++)
        {
            using var leaving = new CancellationTokenSource();
            await limit.EnterAsync(Token);
            var waiting = limit.EnterAsync(leaving.Token).AsTask();

            await Task.WhenAll(Task.Run(leaving.Cancel, Token), Task.Run(limit.Leave, Token));
            if (await Record.ExceptionAsync(() => waiting) is null)
            {
                limit.Leave();
            }

            Assert.Equal((0, 0), (limit.Taken, limit.Waiting));
        }
    }

    [Fact]
    public void Where_there_is_a_place_nothing_is_allocated()
    {
        var limit = Limit(places: 1, queue: 1);
        EnterAndLeave(limit, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();

        EnterAndLeave(limit, 1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void EnterAndLeave(ConcurrencyLimit limit, int times)
    {
        for (var i = 0; i < times; i++)
        {
            AssertEntered(limit.EnterAsync(CancellationToken.None));
            limit.Leave();
        }
    }

    private static void AssertEntered(ValueTask<Admittance> entering) => Assert.True(entering.IsCompletedSuccessfully);

    private ConcurrencyLimit Limit(int places, int queue) => new("test", places, queue, s_longest, _time);
}
