using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Accounting;
using Switchboard.Tests.Gateway.Relay.Http;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.RateLimiting;

/// <summary>Limits and budgets by the clock of the test. A call costs 3,150 nano-dollars.</summary>
[Collection<Alone>]
public sealed class RateLimitingStageTests : IAsyncDisposable
{
    private const long Cost = 3_150;

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 23, 58, 0, TimeSpan.Zero));
    private readonly KeptRows _kept = new();
    private readonly LogCapture _log = new();
    private readonly FleetProvider _provider = new("up");
    private readonly MemorySharedState _state;
    private readonly BudgetBook _book;
    private readonly Ledger _ledger;

    public RateLimitingStageTests()
    {
        _state = new MemorySharedState(_time);
        _book = new BudgetBook(_kept, _state.Counters, _time, _log.CreateLogger<BudgetBook>());
        _ledger = new Ledger(_kept, null, TimeProvider.System, NullLogger<Ledger>.Instance);
        _provider.Answer = (call, cancellationToken) =>
        {
            call.Usage = new TokenUsage(9, 3);
            call.NoteHead(200);
            return FleetProvider.AnswerAsync(call, cancellationToken);
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _book.Dispose();
        await _state.DisposeAsync();
    }

    [Fact]
    public async Task A_budget_begins_with_what_the_ledger_says_and_anew_with_its_period_without_asking_again()
    {
        _kept.Spent[new SpendingScope(SpendingKind.Key, "key_1")] = Cost;
        var caller = CallerWith(new AccessPolicy { Budgets = [new Budget(BudgetPeriod.Month, (2 * Cost) + 1)] });

        Assert.Equal(["200", "200", "429 insufficient_quota"], [await AskAsync(caller), await AskAsync(caller), await AskAsync(caller)]);
        Assert.Single(_kept.Asked);

        // In the last minute the next month is prepared.
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal("429 insufficient_quota", await AskAsync(caller));
        _kept.Spent.Clear();
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("200", await AskAsync(caller));
        Assert.All(_kept.Asked, from => Assert.Equal(new DateOnly(2026, 11, 1), from));
    }

    [Fact]
    public async Task Many_that_wait_for_the_ledger_ask_it_once()
    {
        var caller = CallerWith(new AccessPolicy { Budgets = [new Budget(BudgetPeriod.Day, 1_000_000)] });

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => AskAsync(caller))));

        Assert.All(answers, answer => Assert.Equal("200", answer));
        Assert.Single(_kept.Asked);
    }

    [Fact]
    public async Task A_ledger_that_lacked_the_last_moment_is_asked_again()
    {
        var key = new SpendingScope(SpendingKind.Key, "key_1");
        var caller = CallerWith(new AccessPolicy { Budgets = [new Budget(BudgetPeriod.Month, 100 * Cost)] });
        Assert.Equal("200", await AskAsync(caller));
        var budget = new CounterTake[] { new(BudgetRule.Of(key, new Budget(BudgetPeriod.Month, 100 * Cost)).CounterAt(_time.GetUtcNow()), 0, 100 * Cost) };

        // Its rows were on their way to the database.
        _kept.Spent[key] = 40 * Cost;
        await Poll.UntilAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                return BudgetRule.SpentOf((await _state.Counters.PeekAsync(budget))[0]) == 40 * Cost;
            },
            "the budget to know of them",
            TestContext.Current.CancellationToken);

        Assert.Equal("200", await AskAsync(caller));
        Assert.Equal(41 * Cost, BudgetRule.SpentOf((await _state.Counters.PeekAsync(budget))[0]));
    }

    [Fact]
    public async Task Who_comes_when_another_has_told_the_counter_does_not_ask_the_ledger_again()
    {
        var rule = BudgetRule.Of(new SpendingScope(SpendingKind.Key, "key_1"), new Budget(BudgetPeriod.Day, 1_000_000));
        var held = HeldLimits.Of([rule], Calls.Chat(model: "up/gpt-4o-mini"), _time.GetUtcNow());
        var unknown = await _state.Counters.PeekAsync(held.Takes);
        await _state.Counters.SeedAsync(held.Takes.Span[0].Counter, Cost);

        Assert.True(unknown[0].IsUnknown);
        Assert.True(await _book.TellAsync(held, unknown, TestContext.Current.CancellationToken));

        Assert.Empty(_kept.Asked);
        Assert.Equal(Cost, BudgetRule.SpentOf((await _state.Counters.PeekAsync(held.Takes))[0]));
    }

    [Fact]
    public async Task A_budget_that_is_nearly_spent_is_told_of_once_a_period()
    {
        using var metrics = new MetricCapture();
        var caller = CallerWith(new AccessPolicy { Budgets = [new Budget(BudgetPeriod.Day, Cost * 4, 0.5)] });
        for (var i = 0; i < 4; i++)
        {
            await AskAsync(caller);
        }

        Assert.Matches("^Warning The budget of key:key_1 for its day is nearly spent: .* of .* dollars\\.$", Assert.Single(_log.Lines));
        Assert.Equal(1, metrics["switchboard.budgets.warned key day"]);
    }

    [Fact]
    public async Task Refusals_are_counted_by_whose_limit_it_was()
    {
        using var metrics = new MetricCapture();
        var caller = CallerWith(new AccessPolicy { Limits = new AccessLimits { RequestsPerDay = 1, ConcurrentRequests = 5 } });

        Assert.Equal(["200", "429 rate_limit_exceeded"], [await AskAsync(caller), await AskAsync(caller)]);

        Assert.Equal(1, metrics["switchboard.limits.refused key requests_per_day"]);
    }

    [Fact]
    public async Task A_window_slides_and_a_place_is_free_again_after_it()
    {
        var caller = CallerWith(new AccessPolicy { Limits = new AccessLimits { RequestsPerMinute = 1 } });

        Assert.Equal(["200", "429 rate_limit_exceeded"], [await AskAsync(caller), await AskAsync(caller)]);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("200", await AskAsync(caller));
    }

    [Fact]
    public async Task A_place_is_free_again_whatever_becomes_of_the_call()
    {
        var caller = CallerWith(new AccessPolicy { Limits = new AccessLimits { ConcurrentRequests = 1 } });
        var whole = _provider.Answer;
        foreach (var answer in new Func<GatewayCall, CancellationToken, ValueTask<GatewayOutcome>>[]
        {
            (_, _) => new(GatewayOutcome.Failed(GatewayError.Upstream("It failed."))),
            (_, _) => throw new OperationCanceledException(),
            (_, _) => throw new InvalidOperationException("a bug"),
        })
        {
            _provider.Answer = answer;
            await Record.ExceptionAsync(() => AskAsync(caller));
        }

        _provider.Answer = whole;
        Assert.Equal("200", await AskAsync(caller));
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(3, ""","n":3""")]
    public async Task Each_answer_that_is_asked_for_is_estimated(int choices, string more)
    {
        var caller = CallerWith(new AccessPolicy { Limits = new AccessLimits { TokensPerMinute = 100_000 } });
        var call = Ask(caller, Calls.Chat(model: "up/gpt-4o-mini", more: ""","max_completion_tokens":100""" + more));
        long reserved = 0;
        var whole = _provider.Answer;
        _provider.Answer = (asked, cancellationToken) =>
        {
            reserved = 100_000 - call.Limits!.States[0].Remaining;
            return whole(asked, cancellationToken);
        };

        await RunAsync(call);

        Assert.Equal((call.Body.Length / 4) + (100 * choices), reserved);
    }

    [Fact]
    public async Task A_picture_in_a_request_is_not_taken_for_text()
    {
        var caller = CallerWith(new AccessPolicy { Limits = new AccessLimits { TokensPerMinute = 10_000 } });
        var body = $$$"""{"model":"up/gpt-4o-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{new string('A', 500_000)}}}"}}]}]}""";

        Assert.Equal("200", await RunAsync(Ask(caller, Calls.Of(ApiOperation.ChatCompletions, body))));
    }

    [Fact]
    public async Task A_caller_without_limits_leaves_no_trace()
    {
        var call = Ask(CallerWith(new AccessPolicy()), Calls.Chat(model: "up/gpt-4o-mini"));

        Assert.Equal("200", await RunAsync(call));

        Assert.Null(call.Limits);
        Assert.Empty(call.LimitHeaders);
    }

    [Fact]
    public async Task The_user_of_the_key_wins_over_the_one_that_the_request_names()
    {
        var limits = new LimitSettings { User = new AccessLimits { RequestsPerMinute = 1 } };
        var known = CallerWith(new AccessPolicy()) with { User = "ann" };

        Assert.Equal("200", await RunAsync(Ask(known, Calls.Chat(model: "up/gpt-4o-mini", more: ""","user":"x" """)), limits));
        Assert.Equal("429 rate_limit_exceeded", await RunAsync(Ask(known, Calls.Chat(model: "up/gpt-4o-mini", more: ""","user":"y" """)), limits));
        Assert.Equal("200", await RunAsync(Ask(known with { User = null }, Calls.Chat(model: "up/gpt-4o-mini", more: ""","user":"ann" """)), limits));
    }

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(119.2, "120ms")]
    [InlineData(1_000, "1s")]
    [InlineData(6_001, "7s")]
    [InlineData(360_000, "6m0s")]
    [InlineData(3_603_000, "1h0m3s")]
    [InlineData(86_400_000, "24h0m0s")]
    public void Times_are_written_as_OpenAI_writes_them(double milliseconds, string expected) =>
        Assert.Equal(expected, LimitHeaders.Format(TimeSpan.FromMilliseconds(milliseconds)));

    private static Caller CallerWith(AccessPolicy policy) => new()
    {
        KeyId = "key_1",
        Address = IPAddress.Loopback,
        Scopes = [new VirtualKey { Id = "key_1", Name = "k", Hash = "", Head = "", Tail = "", Policy = policy }],
    };

    private static GatewayCall Ask(Caller caller, GatewayCall call) => new()
    {
        Operation = call.Operation,
        Path = call.Path,
        Body = call.Body,
        Facts = call.Facts,
        RequestId = call.RequestId,
        Sink = call.Sink,
        Caller = caller,
    };

    private Task<string> AskAsync(Caller caller) => RunAsync(Ask(caller, Calls.Chat(model: "up/gpt-4o-mini")));

    private async Task<string> RunAsync(GatewayCall call, LimitSettings? limits = null)
    {
        var services = Provider.Services(_time) with { Ledger = _ledger, Budgets = _book, Shared = _state };
        var configuration = new GatewayConfiguration
        {
            Limits = limits ?? new LimitSettings(),
            Providers = new Dictionary<string, ProviderSettings> { ["up"] = new() { Type = "openai" } },
            KnownModels = KnownModels.Read("""{"providers":{"up":{"gpt-4o-mini":{"prices":{"input":0.15,"output":0.6}}}}}"""u8, out _),
        };
        await using var snapshot = GatewaySnapshot.Create(configuration, ProviderRegistry.Default.With("openai", (_, _, _) => _provider), services);
        var outcome = await new GatewayPipeline(snapshot, services).RunAsync(call, TestContext.Current.CancellationToken);
        return outcome.Error is { } error ? FormattableString.Invariant($"{error.Status} {error.Body.Code}") : "200";
    }
}
