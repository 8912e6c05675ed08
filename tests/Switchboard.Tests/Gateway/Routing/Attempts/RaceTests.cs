using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing.Attempts;

/// <summary>Hedged calls and deadlines, on a clock of the test's.</summary>
[Collection(MetricCapture.Collection)]
public sealed class RaceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_is_asked_after_the_wait_and_the_first_to_answer_wins()
    {
        await using var fleet = Hedged(1);
        var (slow, left) = Hang(fleet["a"]);
        var call = Calls.Chat(model: "m");
        var asking = fleet.AskAsync(call: call);
        await slow.WithinAsync("the first", Token);
        await fleet.Time.WaitForTimersAsync(1, Token);
        Assert.Empty(fleet["b"].Asked);

        fleet.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("m-b", await asking.WithinAsync("the answer", Token));
        await left.WithinAsync("the first to be given up", Token);
        Assert.Equal((2, new CallTarget("b", "m-b")), (call.Attempts, call.Target));
        Assert.Equal(("a/m-a", "running"), Assert.Single(call.Tried) is var tried ? ($"{tried.Target.Provider}/{tried.Target.Model}", tried.Outcome) : default);
    }

    [Fact]
    public async Task The_first_may_still_win_and_the_second_is_given_up()
    {
        await using var fleet = Hedged(1);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fleet["a"].Answer = async (call, cancellationToken) =>
        {
            await release.Task.WaitAsync(cancellationToken);
            call.Usage = new TokenUsage(1, 2);
            return await FleetProvider.AnswerAsync(call, cancellationToken);
        };
        var (second, left) = Hang(fleet["b"]);
        var sink = new RecordingSink();
        var call = Calls.Chat(model: "m", sink: sink);
        var asking = fleet.AskAsync(call: call);
        await fleet.Time.WaitForTimersAsync(1, Token);
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        await second.WithinAsync("the second", Token);

        release.SetResult();

        Assert.Equal("m-a", await asking.WithinAsync("the answer", Token));
        await left.WithinAsync("the second to be given up", Token);
        Assert.Equal((2, new TokenUsage(1, 2)), (call.Attempts, call.Usage));
        Assert.Equal("{}", await sink.ReadAllAsync());
    }

    [Fact]
    public async Task Both_at_once_and_one_alone_has_the_caller()
    {
        for (var i = 0; i < 200; i++)
        {
            await using var fleet = Hedged(1);
            var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var provider in fleet.Providers.Values)
            {
                provider.Answer = async (call, cancellationToken) =>
                {
                    await release.Task.WaitAsync(cancellationToken);
                    return await FleetProvider.AnswerAsync(call, cancellationToken);
                };
            }

            var sink = new RecordingSink();
            var asking = fleet.AskAsync(call: Calls.Chat(model: "m", sink: sink));
            await fleet.Time.WaitForTimersAsync(1, Token);
            fleet.Time.Advance(TimeSpan.FromSeconds(1));
            await UntilAsync(() => fleet["b"].Asked.Count == 1);
            release.SetResult();

            Assert.StartsWith("m-", await asking.WithinAsync("the answer", Token), StringComparison.Ordinal);
            Assert.Equal("{}", await sink.ReadAllAsync());
        }
    }

    [Fact]
    public async Task Two_that_fail_are_followed_by_the_next()
    {
        await using var fleet = Hedged(1);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var name in "ab".Select(letter => $"{letter}"))
        {
            fleet[name].Answer = async (_, cancellationToken) =>
            {
                await release.Task.WaitAsync(cancellationToken);
                return GatewayOutcome.Failed(GatewayError.Upstream($"{name} broke"));
            };
        }

        var call = Calls.Chat(model: "m");
        var asking = fleet.AskAsync(call: call);
        await fleet.Time.WaitForTimersAsync(1, Token);
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => fleet["b"].Asked.Count == 1);
        release.SetResult();

        Assert.Equal("m-c", await asking.WithinAsync("the answer", Token));
        Assert.Equal(["502", "502"], call.Tried.Select(one => one.Outcome));
    }

    [Fact]
    public async Task Two_that_say_the_same_of_the_prompt_are_followed_by_one_fallback()
    {
        await using var fleet = new Fleet("a b c", new()
        {
            ["m"] = new()
            {
                Deployments = [new("a", "m-a"), new("b", "m-b") { Priority = 1 }],
                HedgeAfter = new(TimeSpan.FromSeconds(1)),
                ContextWindowFallbacks = ["c/third"],
            },
        });
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var name in "ab".Select(letter => $"{letter}"))
        {
            fleet[name].Answer = async (_, cancellationToken) =>
            {
                await release.Task.WaitAsync(cancellationToken);
                return GatewayOutcome.Failed(GatewayError.InvalidRequest("It is too long.", null, "context_length_exceeded"));
            };
        }

        var asking = fleet.AskAsync();
        await fleet.Time.WaitForTimersAsync(1, Token);
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => fleet["b"].Asked.Count == 1);
        release.SetResult();

        Assert.Equal("third", await asking.WithinAsync("the answer", Token));
    }

    [Fact]
    public async Task Who_leaves_takes_both_along()
    {
        await using var fleet = Hedged(1);
        var (_, first) = Hang(fleet["a"]);
        var (_, second) = Hang(fleet["b"]);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asking = fleet.Pipeline.RunAsync(Calls.Chat(model: "m"), leaving.Token).AsTask();
        await fleet.Time.WaitForTimersAsync(1, Token);
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => fleet["b"].Asked.Count == 1);

        await leaving.CancelAsync();

        Assert.Equal(499, (await asking.WithinAsync("the call", Token)).Error?.Status);
        await Task.WhenAll(first, second).WithinAsync("both to be given up", Token);
    }

    [Fact]
    public async Task Hedges_are_never_more_than_their_share()
    {
        using var metrics = new MetricCapture();
        await using var fleet = new Fleet("slow other", new()
        {
            ["hedged-often"] = new()
            {
                Deployments = [new("slow", "x"), new("other", "x") { Priority = 1 }],
                HedgeAfter = new(TimeSpan.FromMilliseconds(1)),
            },
        });
        fleet["slow"].Answer = async (call, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), fleet.Time, cancellationToken);
            return await FleetProvider.AnswerAsync(call, cancellationToken);
        };
        for (var i = 1; i <= 40; i++)
        {
            var asking = fleet.AskAsync("hedged-often");
            await fleet.Time.WaitForTimersAsync(2, Token);
            fleet.Time.Advance(TimeSpan.FromMilliseconds(1));
            await UntilAsync(() => metrics["switchboard.hedges hedged-often"] + metrics["switchboard.budget_refusals hedged-often hedge"] == i);
            fleet.Time.Advance(TimeSpan.FromMilliseconds(1));
            await asking.WithinAsync("the answer", Token);
        }

        // Two are free, and a tenth of forty.
        Assert.Equal(6, metrics["switchboard.hedges hedged-often"]);
        Assert.Equal(6, fleet["other"].Asked.Count);
    }

    [Fact]
    public async Task Auto_waits_for_what_the_deployment_usually_takes()
    {
        await using var fleet = new Fleet("a b", row: row => row with { HedgeAfter = HedgeDelay.Auto }, deployment: one => one with { Priority = one.Provider[0] - 'a' });
        fleet["a"].Answer = (call, cancellationToken) =>
        {
            fleet.Time.Advance(TimeSpan.FromMilliseconds(300));
            return FleetProvider.AnswerAsync(call, cancellationToken);
        };
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("m-a", await fleet.AskAsync());
        }

        var (slow, _) = Hang(fleet["a"]);
        var asking = fleet.AskAsync();
        await slow.WithinAsync("the first", Token);
        await fleet.Time.WaitForTimersAsync(1, Token);
        fleet.Time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.Empty(fleet["b"].Asked);
        fleet.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("m-b", await asking.WithinAsync("the answer", Token));
    }

    [Fact]
    public async Task The_time_is_shared_by_the_attempts_that_are_left()
    {
        await using var fleet = new Fleet("a b c", row: row => row with { Deadline = TimeSpan.FromSeconds(9) }, deployment: one => one with { Priority = one.Provider[0] - 'a' });
        var (first, firstLeft) = Hang(fleet["a"]);
        var (second, secondLeft) = Hang(fleet["b"]);
        var call = Calls.Chat(model: "m");
        var asking = fleet.AskAsync(call: call);
        await first.WithinAsync("the first", Token);
        await fleet.Time.WaitForTimersAsync(1, Token);

        fleet.Time.Advance(TimeSpan.FromSeconds(3));
        await firstLeft.WithinAsync("the first to be given up", Token);
        await second.WithinAsync("the second", Token);
        await fleet.Time.WaitForTimersAsync(1, Token);
        fleet.Time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(secondLeft.IsCompleted);
        fleet.Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("m-c", await asking.WithinAsync("the answer", Token));
        Assert.Equal(["504", "504"], call.Tried.Select(one => one.Outcome));
    }

    [Fact]
    public async Task When_the_time_is_up_the_caller_is_told_and_the_deployment_has_failed()
    {
        await using var fleet = new Fleet("a", row: row => row with { Deadline = TimeSpan.FromSeconds(2) });
        var (first, _) = Hang(fleet["a"]);
        var asking = fleet.Pipeline.RunAsync(Calls.Chat(model: "m"), Token).AsTask();
        await first.WithinAsync("the first", Token);
        await fleet.Time.WaitForTimersAsync(1, Token);

        fleet.Time.Advance(TimeSpan.FromSeconds(2));

        var outcome = await asking.WithinAsync("the call", Token);
        Assert.Equal((504, "The provider 'a' did not begin its answer within 2 s, its share of the deadline of the model."), (outcome.Error?.Status, outcome.Error?.Body.Message));
    }

    [Fact]
    public async Task Once_it_has_begun_an_answer_has_all_the_time_it_needs()
    {
        await using var fleet = new Fleet("a", row: row => row with { Deadline = TimeSpan.FromSeconds(2) });
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fleet["a"].Answer = async (call, cancellationToken) =>
        {
            call.Sink.Commit(AnswerHead.EventStream);
            begun.SetResult();
            await release.Task.WaitAsync(cancellationToken);
            call.Usage = new TokenUsage(3, 4);
            return GatewayOutcome.Answered;
        };
        var call = Calls.Chat(model: "m", stream: true);
        var asking = fleet.AskAsync(call: call);
        await begun.Task.WithinAsync("the commit", Token);

        fleet.Time.Advance(TimeSpan.FromSeconds(60));
        release.SetResult();

        Assert.Equal("m-a", await asking.WithinAsync("the answer", Token));
        Assert.Equal(new TokenUsage(3, 4), call.Usage);
        Assert.Equal(0, fleet.Time.ActiveTimers);
    }

    [Fact]
    public async Task Who_waits_for_a_place_until_the_time_is_up_is_told_that()
    {
        await using var fleet = new Fleet("a", row: row => row with { Deadline = TimeSpan.FromSeconds(2) }, deployment: one => one with { MaxConcurrency = 1 });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fleet["a"].Answer = async (call, cancellationToken) =>
        {
            call.Sink.Commit(AnswerHead.EventStream);
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return GatewayOutcome.Answered;
        };
        var streaming = fleet.Pipeline.RunAsync(Calls.Chat(model: "m", stream: true), leaving.Token).AsTask();
        await begun.Task.WithinAsync("the commit", Token);
        var call = Calls.Chat(model: "m");
        var asking = fleet.AskAsync(call: call);
        await fleet.Time.WaitForTimersAsync(2, Token);

        fleet.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("503 overloaded", await asking.WithinAsync("the call", Token));
        Assert.Equal((0, "full"), (call.Attempts, Assert.Single(call.Tried).Outcome));
        await leaving.CancelAsync();
        await streaming;
    }

    [Fact]
    public async Task A_websocket_is_in_no_race_and_goes_on_when_the_time_is_up()
    {
        await using var fleet = new Fleet("a b", row: row => row with { Deadline = TimeSpan.FromSeconds(2), HedgeAfter = new(TimeSpan.FromSeconds(1)) }, deployment: one => one with { Priority = one.Provider[0] - 'a' });
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CallTarget? told = null;
        var chat = Calls.Chat(model: "m");
        var call = new GatewayCall { Operation = chat.Operation, Path = chat.Path, Facts = chat.Facts, RequestId = chat.RequestId, Sink = chat.Sink, Socket = new NoSocket() };
        fleet["a"].Answer = async (_, cancellationToken) =>
        {
            told = call.Target;
            begun.SetResult();
            await end.Task.WaitAsync(cancellationToken);
            return GatewayOutcome.Answered;
        };
        var session = fleet.AskAsync(call: call);
        await begun.Task.WithinAsync("the session", Token);

        fleet.Time.Advance(TimeSpan.FromMinutes(10));
        end.SetResult();

        Assert.Equal("m-a", await session.WithinAsync("the end of the session", Token));
        Assert.Equal(new CallTarget("a", "m-a"), told);
        Assert.Empty(fleet["b"].Asked);
    }

    private sealed class NoSocket : ISocketCaller
    {
        public ValueTask<Stream> OpenAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private static Fleet Hedged(int seconds, Func<GatewayConfiguration, GatewayConfiguration>? change = null) => new(
        "a b c",
        row: row => row with { HedgeAfter = new(TimeSpan.FromSeconds(seconds)) },
        change: change,
        deployment: one => one with { Priority = one.Provider[0] - 'a' });

    private static (Task Begun, Task Left) Hang(FleetProvider provider)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.Answer = async (_, cancellationToken) =>
        {
            begun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                left.TrySetResult();
            }

            return GatewayOutcome.Answered;
        };
        return (begun.Task, left.Task);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var waiting = Task.Run(async () =>
        {
            while (!isSo())
            {
                await Task.Delay(1, Token);
            }
        });
        await waiting.WithinAsync("what is asked for", Token);
    }
}
