using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing.Attempts;

/// <summary>Where a call goes when a deployment does not answer, and what is told in the end.</summary>
public sealed class FailoverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task The_next_deployment_answers(int status)
    {
        await using var fleet = InOrder("a b c");
        fleet["a"].Fail(status);
        fleet["b"].Fail(status);
        var call = Calls.Chat(model: "m");

        Assert.Equal("m-c", await fleet.AskAsync(call: call));

        Assert.Equal(3, call.Attempts);
        Assert.Equal([$"a/m-a={status}", $"b/m-b={status}"], call.Tried.Select(one => $"{one.Target.Provider}/{one.Target.Model}={one.Outcome}"));
        Assert.Equal(new CallTarget("c", "m-c"), call.Target);
    }

    [Theory]
    [InlineData(400, null)]
    [InlineData(413, null)]
    [InlineData(422, "invalid_value")]
    [InlineData(400, "context_length_exceeded")]
    [InlineData(400, "content_filter")]
    public async Task The_requests_own_fault_is_told_at_once(int status, string? code)
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail(status, code);

        Assert.StartsWith($"{status}", await fleet.AskAsync(), StringComparison.Ordinal);

        Assert.Empty(fleet["b"].Asked);
    }

    [Fact]
    public async Task The_first_error_is_the_one_that_is_told()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail(429, "rate_limit_exceeded", TimeSpan.FromSeconds(7));
        fleet["b"].Fail(500, "exploded");

        var outcome = await fleet.Pipeline.RunAsync(Calls.Chat(model: "m"), Token);

        Assert.Equal((429, "rate_limit_exceeded", TimeSpan.FromSeconds(7)), (outcome.Error!.Status, outcome.Error.Body.Code, outcome.Error.RetryAfter));
    }

    [Fact]
    public async Task As_many_deployments_are_tried_as_are_allowed()
    {
        await using var fleet = InOrder("a b c d", row => row with { Attempts = 2 });
        fleet["a"].Fail();
        fleet["b"].Fail();

        Assert.Equal("500 ", await fleet.AskAsync());

        Assert.Empty(fleet["c"].Asked);
    }

    [Fact]
    public async Task What_an_attempt_noted_does_not_stay_when_it_failed()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Answer = (call, _) =>
        {
            call.Usage = new TokenUsage(5, 5);
            call.NextEvent = 9;
            call.Drop("top_k");
            call.Timings.Add(CallTimings.Connect, TimeSpan.FromSeconds(3));
            return new(GatewayOutcome.Failed(GatewayError.Upstream("broke")));
        };
        var call = Calls.Chat(model: "m");

        Assert.Equal("m-b", await fleet.AskAsync(call: call));

        Assert.Null(call.Usage);
        Assert.Equal(0, call.NextEvent);
        Assert.Empty(call.Dropped);
        Assert.Null(call.Timings.Of(CallTimings.Connect));
        Assert.NotNull(call.Timings.Of(CallTimings.Failed));
    }

    [Fact]
    public async Task Once_a_byte_is_out_there_is_no_second_attempt_and_the_deployment_has_failed_all_the_same()
    {
        await using var fleet = InOrder("a b", change: all => all with { Routing = new() { Breaker = new() { LeastCalls = 1 } } });
        fleet["a"].Answer = (call, _) =>
        {
            call.Sink.Commit(AnswerHead.EventStream);
            return new(GatewayOutcome.FailedOrCut(call, GatewayError.Upstream("cut")));
        };
        var sink = new RecordingSink();

        await fleet.AskAsync(call: Calls.Chat(model: "m", sink: sink));
        Assert.True(sink.IsAborted);
        Assert.Empty(fleet["b"].Asked);

        Assert.Equal("m-b", await fleet.AskAsync());
    }

    [Fact]
    public async Task A_deployment_that_fails_is_left_alone_and_comes_back()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("m-b", await fleet.AskAsync());
        }

        Assert.Equal(5, fleet["a"].Asked.Count);
        fleet["a"].Recover();
        Assert.Equal("m-b", await fleet.AskAsync());
        fleet.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("m-a", await fleet.AskAsync());
        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task What_was_refused_before_it_was_sent_does_not_show_that_a_deployment_is_back()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail();
        for (var i = 0; i < 5; i++)
        {
            await fleet.AskAsync();
        }

        fleet.Time.Advance(TimeSpan.FromSeconds(5));
        fleet["a"].Answer = (_, _) => new(GatewayOutcome.Failed(GatewayError.InvalidRequest("It cannot be translated.")));
        Assert.StartsWith("400", await fleet.AskAsync(), StringComparison.Ordinal);
        fleet["a"].Fail();
        var before = fleet["a"].Asked.Count;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("m-b", await fleet.AskAsync());
        }

        // A trial again, which fails.
        Assert.Equal(before + 1, fleet["a"].Asked.Count);
    }

    [Fact]
    public async Task Who_leaves_does_not_count_against_the_deployment()
    {
        await using var fleet = InOrder("a b", change: all => all with { Routing = new() { Breaker = new() { LeastCalls = 1 } } });
        fleet["a"].Answer = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return GatewayOutcome.Answered;
        };
        for (var i = 0; i < 10; i++)
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var running = fleet.Pipeline.RunAsync(Calls.Chat(model: "m"), leaving.Token).AsTask();
            await leaving.CancelAsync();
            Assert.Equal(499, (await running).Error?.Status);
        }

        fleet["a"].Recover();
        Assert.Equal("m-a", await fleet.AskAsync());
        Assert.Empty(fleet["b"].Asked);
    }

    [Fact]
    public async Task Who_asks_to_be_left_alone_is_for_as_long()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail(429, null, TimeSpan.FromSeconds(20));
        Assert.Equal("m-b", await fleet.AskAsync());
        fleet["a"].Recover();

        fleet.Time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal("m-b", await fleet.AskAsync());
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task A_wait_without_end_is_cut_at_five_minutes()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail(429, null, TimeSpan.FromDays(1));
        await fleet.AskAsync();
        fleet["a"].Recover();

        fleet.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task A_key_that_is_refused_is_not_tried_for_a_minute()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail(401, "invalid_api_key");
        await fleet.AskAsync();
        fleet["a"].Recover();

        fleet.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("m-b", await fleet.AskAsync());
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task When_all_are_left_alone_one_is_asked_all_the_same()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail(429, null, TimeSpan.FromSeconds(60));
        fleet["b"].Fail(429, null, TimeSpan.FromSeconds(30));
        Assert.Equal("429 ", await fleet.AskAsync());
        fleet["b"].Recover();

        Assert.Equal("m-b", await fleet.AskAsync());
    }

    [Fact]
    public async Task Retries_are_never_more_than_their_share()
    {
        await using var fleet = InOrder("a b", change: all => all with { Routing = new() { RetryBudget = 0.1, Breaker = new() { LeastCalls = 1_000_000 } } });
        fleet["a"].Fail();

        for (var i = 0; i < 200; i++)
        {
            await fleet.AskAsync();
        }

        Assert.Equal(200, fleet["a"].Asked.Count);
        Assert.Equal(30, fleet["b"].Asked.Count);
    }

    [Fact]
    public async Task What_is_known_of_a_deployment_outlives_the_configuration()
    {
        await using var fleet = InOrder("a b");
        fleet["a"].Fail(429, null, TimeSpan.FromSeconds(60));
        await fleet.AskAsync();
        fleet["a"].Recover();

        await fleet.ReloadAsync(configuration => configuration with { Routing = new() { RetryBudget = 0.5 } });

        Assert.Equal("m-b", await fleet.AskAsync());
    }

    [Fact]
    public async Task A_full_deployment_is_passed_over_and_has_not_failed()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fleet = InOrder("a b", deployment: one => one.Provider == "a" ? one with { MaxConcurrency = 1, MaxQueue = 0 } : one);
        fleet["a"].Answer = async (call, cancellationToken) =>
        {
            await release.Task.WaitAsync(cancellationToken);
            return await FleetProvider.AnswerAsync(call, cancellationToken);
        };
        var first = fleet.AskAsync();

        var call = Calls.Chat(model: "m");
        Assert.Equal("m-b", await fleet.AskAsync(call: call));
        Assert.Equal((1, 0), (call.Attempts, call.Tried.Count));
        release.SetResult();

        Assert.Equal("m-a", await first);
        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task Where_all_are_full_a_call_waits_for_its_turn_and_one_too_many_is_sent_away()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fleet = InOrder("a b", deployment: one => one with { MaxConcurrency = 1, MaxQueue = one.Provider == "a" ? 0 : 1 });
        foreach (var provider in fleet.Providers.Values)
        {
            provider.Answer = async (call, cancellationToken) =>
            {
                await release.Task.WaitAsync(cancellationToken);
                return await FleetProvider.AnswerAsync(call, cancellationToken);
            };
        }

        var running = new[] { fleet.AskAsync(), fleet.AskAsync(), fleet.AskAsync() };
        var call = Calls.Chat(model: "m");
        Assert.Equal("503 overloaded", await fleet.AskAsync(call: call));
        Assert.Equal(["full", "full"], call.Tried.Select(one => one.Outcome));
        Assert.Equal(0, call.Attempts);
        release.SetResult();

        Assert.Equal(["m-a", "m-b", "m-b"], await Task.WhenAll(running));
    }

    [Fact]
    public async Task A_body_that_was_sent_in_part_goes_to_nobody_else()
    {
        await using var fleet = InOrder("a b c");
        fleet["a"].Fail();
        fleet["b"].Answer = (call, _) =>
        {
            call.Upload!.IsBegun = true;
            return new(GatewayOutcome.Failed(GatewayError.Upstream("broke")));
        };
        var upload = new MemoryBody("--b--\r\n");

        var outcome = await fleet.Pipeline.RunAsync(
            new GatewayCall
            {
                Operation = ApiOperation.Transcriptions,
                Path = "audio/transcriptions",
                Upload = upload,
                Facts = new("m", default, false, false, 1),
                RequestId = "r",
                Sink = new RecordingSink(),
            },
            Token);

        Assert.Equal(500, outcome.Error?.Status);
        Assert.Equal((1, 1, 0), (fleet["a"].Asked.Count, fleet["b"].Asked.Count, fleet["c"].Asked.Count));
    }

    [Fact]
    public async Task The_limits_of_a_minute_turn_calls_to_others_and_then_away()
    {
        await using var fleet = InOrder("a b", deployment: one => one with { RequestsPerMinute = one.Provider == "a" ? 2 : 1 });

        Assert.Equal(["m-a", "m-a", "m-b", "429 rate_limit_exceeded"], await AskAsync(fleet, 4));
        var outcome = await fleet.Pipeline.RunAsync(Calls.Chat(model: "m"), Token);
        Assert.InRange(outcome.Error!.RetryAfter!.Value.TotalSeconds, 59, 60);
        fleet.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task Tokens_are_reserved_and_set_right_by_what_was_used()
    {
        await using var fleet = InOrder("a", deployment: one => one with { TokensPerMinute = 1_000 });
        fleet["a"].Answer = (call, cancellationToken) =>
        {
            call.Usage = new TokenUsage(20, 30);
            return FleetProvider.AnswerAsync(call, cancellationToken);
        };
        var more = ",\"max_tokens\":800";

        // 800 and a quarter of the body are reserved, 50 are used.
        Assert.Equal(["m-a", "m-a", "m-a", "m-a", "429 rate_limit_exceeded"], [
            await fleet.AskAsync(call: Calls.Chat(model: "m", more: more)),
            await fleet.AskAsync(call: Calls.Chat(model: "m", more: more)),
            await fleet.AskAsync(call: Calls.Chat(model: "m", more: more)),
            await fleet.AskAsync(call: Calls.Chat(model: "m", more: more)),
            await fleet.AskAsync(call: Calls.Chat(model: "m", more: more)),
        ]);
    }

    [Fact]
    public async Task Each_failover_is_a_line_of_the_log()
    {
        var log = new LogCapture();
        await using var fleet = new Fleet("a b", row: row => row with { Strategy = RoutingStrategy.Cheapest }, deployment: one => one with { InputPrice = one.Provider[0] }, loggers: log);
        fleet["a"].Fail(500, "exploded");

        await fleet.AskAsync();

        Assert.Contains("Information Call req_test was not answered by a/m-a (Broken): 500 exploded.", log.Lines);
    }

    // Each after the one before it.
    private static Fleet InOrder(string names, Func<ModelSettings, ModelSettings>? row = null, Func<GatewayConfiguration, GatewayConfiguration>? change = null, Func<DeploymentSettings, DeploymentSettings>? deployment = null) => new(
        names,
        row: row,
        change: change,
        deployment: one => (deployment?.Invoke(one) ?? one) with { Priority = one.Provider[0] - 'a' });

    private static async Task<List<string>> AskAsync(Fleet fleet, int times)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            answers.Add(await fleet.AskAsync());
        }

        return answers;
    }
}
