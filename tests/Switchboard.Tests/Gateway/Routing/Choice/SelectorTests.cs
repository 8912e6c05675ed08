using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Routing.State;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing.Choice;

public sealed class SelectorTests
{
    private static readonly BreakerSettings s_breaker = new();

    private readonly DeploymentStates _states = new(TimeProvider.System);
    private long _now = 1;

    [Fact]
    public void Weights_are_shares()
    {
        var row = Row(RoutingStrategy.Weighted, one => one with { Weight = one.Model switch { "0" => 1, "1" => 2, _ => 7 } });

        var counts = Count(row, 10_000);

        // Five standard deviations.
        Assert.InRange(counts[0], 850, 1_150);
        Assert.InRange(counts[1], 1_800, 2_200);
        Assert.InRange(counts[2], 6_770, 7_230);
    }

    [Fact]
    public void Turns_are_taken_by_those_that_are_there()
    {
        var row = Row(RoutingStrategy.RoundRobin);

        Assert.Equal([300, 300, 300], Count(row, 900));
        State(1).CoolUntil(long.MaxValue);
        Assert.Equal([50, 0, 50], Count(row, 100));
    }

    [Fact]
    public void The_least_busy_for_its_weight_is_chosen()
    {
        var row = Row(RoutingStrategy.LeastBusy, one => one with { Weight = one.Model == "2" ? 4 : 1 });
        Enter(0, 2);
        Enter(1, 1);
        Enter(2, 3);

        Assert.Equal(2, Choose(row));
        Enter(2, 2);
        Assert.Equal(1, Choose(row));
    }

    [Fact]
    public void Equals_share_the_calls()
    {
        var counts = Count(Row(RoutingStrategy.LeastBusy), 3_000);

        Assert.All(counts, count => Assert.InRange(count, 870, 1_130));
    }

    [Fact]
    public void The_soonest_is_chosen_with_those_it_answers_counted_in()
    {
        var row = Row(RoutingStrategy.LeastLatency);
        Time(0, 300);
        Time(1, 100);
        Time(2, 200);

        Assert.Equal(1, Choose(row));
        Enter(1, 1);
        Enter(1, 1);
        Assert.Equal(2, Choose(row));
    }

    [Fact]
    public void Streams_and_answers_in_one_piece_have_times_of_their_own()
    {
        var row = Row(RoutingStrategy.LeastLatency);
        for (var place = 0; place < 3; place++)
        {
            Time(place, 100 * (place + 1));
            State(place).OfStreams.Add(TimeSpan.FromMilliseconds(300 - (100 * place)).Ticks + 1, _now);
        }

        Assert.Equal((0, 2), (Choose(row), Choose(row, Chat with { Streams = true })));
    }

    [Fact]
    public void Whose_time_is_unknown_is_found_out_by_one_call_and_not_by_all()
    {
        var row = Row(RoutingStrategy.LeastLatency);
        Time(0, 300);
        Time(1, 100);

        Assert.Equal(2, Choose(row));
        Enter(2, 1);
        Assert.Equal(1, Choose(row));
    }

    [Fact]
    public void Whose_time_is_long_ago_is_asked_again()
    {
        var row = Row(RoutingStrategy.LeastLatency);
        Time(0, 300);
        Time(2, 300);
        _now += TimeSpan.FromMinutes(3).Ticks;
        Time(1, 100);
        Time(2, 300);

        Assert.Equal(0, Choose(row));
    }

    [Fact]
    public void The_cheapest_is_chosen_and_of_equals_the_least_busy()
    {
        var prices = new[] { 3.0, 1.0, 1.0 };
        var row = Row(RoutingStrategy.Cheapest, price: place => prices[place]);
        Enter(1, 1);

        Assert.Equal(2, Choose(row));
        Enter(2, 2);
        Assert.Equal(1, Choose(row));
    }

    [Fact]
    public void Unknown_prices_come_last()
    {
        var row = Row(RoutingStrategy.Cheapest, price: place => place == 1 ? 50 : double.PositiveInfinity);

        Assert.Equal([0, 9, 0], Count(row, 9));
        State(1).CoolUntil(long.MaxValue);
        Assert.Equal(0, Count(row, 9)[1]);
    }

    [Fact]
    public void A_lower_priority_waits_for_the_higher_to_be_gone()
    {
        var row = Row(RoutingStrategy.Weighted, one => one with { Priority = int.Parse(one.Model, System.Globalization.CultureInfo.InvariantCulture) });

        Assert.Equal([9, 0, 0], Count(row, 9));
        State(0).CoolUntil(long.MaxValue);
        Assert.Equal([0, 9, 0], Count(row, 9));
        _states.SetDown("p", true);
        Assert.Equal(-1, Choose(row));
    }

    [Fact]
    public void When_all_are_left_alone_the_one_for_which_that_ends_first_is_taken_if_any()
    {
        var row = Row(RoutingStrategy.Weighted);
        State(0).CoolUntil(300);
        State(1).CoolUntil(200);
        State(2).CoolUntil(400);

        Assert.Equal(-1, Choose(row));
        Assert.Equal(1, Selector.Choose(row, "", Chat, default, _now, s_breaker, evenUnwell: true));
        _now = 250;
        Assert.Equal(1, Choose(row));
    }

    [Fact]
    public void When_all_are_left_alone_one_that_is_down_is_the_last_to_be_taken()
    {
        var row = Row(RoutingStrategy.Weighted, one => one with { Priority = 0 }, count: 2);
        var other = new DeploymentState("q/0", new ProviderHealth());
        row = new ModelRoute("m", row.Settings, [row.Deployments[0], new Deployment(new FakeProvider("q"), new("q", "0"), other)], _states.OfRow("m"));
        _states.SetDown("p", true);
        other.CoolUntil(300);

        Assert.Equal(1, Selector.Choose(row, "", Chat, default, _now, s_breaker, evenUnwell: true));
    }

    [Fact]
    public void What_was_tried_is_not_chosen_again()
    {
        var row = Row(RoutingStrategy.Weighted);
        var tried = default(DeploymentSet);
        tried.Add(0);
        tried.Add(2);

        Assert.Equal(1, Selector.Choose(row, "", Chat, tried, _now, s_breaker));
        tried.Add(1);
        Assert.Equal(-1, Selector.Choose(row, "", Chat, tried, _now, s_breaker));
    }

    [Fact]
    public void A_limit_of_a_minute_is_respected()
    {
        var row = Row(RoutingStrategy.RoundRobin, one => one with { RequestsPerMinute = one.Model == "0" ? 1 : null, TokensPerMinute = one.Model == "1" ? 100 : null });
        Assert.True(State(0).Requests.TryTake(1, 1, _now));
        Assert.True(State(1).Tokens.TryTake(60, 100, _now));

        Assert.Equal([0, 5, 5], Count(row, 10, Chat with { Tokens = 40 }));
        Assert.Equal([0, 0, 10], Count(row, 10, Chat with { Tokens = 41 }));
    }

    [Fact]
    public void A_key_stays_where_it_is_and_only_those_of_one_that_left_move()
    {
        var row = Row(RoutingStrategy.LeastBusy);
        var before = Enumerable.Range(1, 300).Select(key => Choose(row, Chat with { Affinity = Key(key) })).ToArray();
        var again = Enumerable.Range(1, 300).Select(key => Choose(row, Chat with { Affinity = Key(key) })).ToArray();
        State(1).CoolUntil(long.MaxValue);
        var after = Enumerable.Range(1, 300).Select(key => Choose(row, Chat with { Affinity = Key(key) })).ToArray();

        Assert.Equal(before, again);
        Assert.All([0, 1, 2], place => Assert.InRange(before.Count(chosen => chosen == place), 55, 145));
        Assert.DoesNotContain(1, after);
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.First == 1));
    }

    [Fact]
    public void Keys_are_shared_out_by_weight()
    {
        var row = Row(RoutingStrategy.Weighted, one => one with { Weight = one.Model == "0" ? 8 : 1 });

        var counts = new int[3];
        for (var key = 1; key <= 10_000; key++)
        {
            counts[Choose(row, Chat with { Affinity = Key(key) })]++;
        }

        Assert.InRange(counts[0], 7_800, 8_200);
    }

    [Fact]
    public void A_warm_cache_is_not_worth_a_long_queue()
    {
        var row = Row(RoutingStrategy.LeastBusy);
        var wishes = Chat with { Affinity = Key(7) };
        var own = Choose(row, wishes);

        Enter(own, 4);
        Assert.Equal(own, Choose(row, wishes));
        Enter(own, 1);
        Assert.NotEqual(own, Choose(row, wishes));
    }

    [Fact]
    public void Choosing_among_a_hundred_allocates_nothing()
    {
        foreach (var strategy in Enum.GetValues<RoutingStrategy>())
        {
            var row = Row(strategy, count: 100);
            var wishes = Chat with { Affinity = strategy == RoutingStrategy.Weighted ? Key(3) : 0 };
            Choose(row, wishes);

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                Choose(row, wishes);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Theory]
    [InlineData(RoutingStrategy.Weighted)]
    [InlineData(RoutingStrategy.RoundRobin)]
    [InlineData(RoutingStrategy.LeastLatency)]
    public void Others_come_before_one_that_has_fallen_silent_and_it_comes_before_none(RoutingStrategy strategy)
    {
        var row = Row(strategy, count: 2);
        for (var i = 0; i < 20; i++)
        {
            Time(0, 1);
            Time(1, 500);
        }

        Enter(0, 3);
        _now += TimeSpan.FromMilliseconds(101).Ticks;
        Assert.Equal([0, 30], Count(row, 30));

        var tried = new DeploymentSet();
        tried.Add(1);
        Assert.Equal(0, Selector.Choose(row, "", Chat, tried, _now, s_breaker));

        State(0).Hear();
        Assert.NotEqual(0, Count(row, 100)[0]);
    }

    private static Wishes Chat => new() { Operation = ApiOperation.ChatCompletions };

    private static ulong Key(int number) => Affinity.Hash(BitConverter.GetBytes(number));

    private ModelRoute Row(RoutingStrategy strategy, Func<DeploymentSettings, DeploymentSettings>? change = null, Func<int, double>? price = null, int count = 3)
    {
        var provider = new FakeProvider("p");
        var deployments = Enumerable.Range(0, count)
            .Select(place => new DeploymentSettings("p", FormattableString.Invariant($"{place}")))
            .Select(one => change?.Invoke(one) ?? one)
            .ToArray();
        return new ModelRoute(
            "m",
            new ModelSettings { Deployments = deployments, Strategy = strategy },
            [.. deployments.Select((one, place) => new Deployment(provider, one, _states.Of("p", one.Model)) { Price = price?.Invoke(place) ?? double.PositiveInfinity })],
            _states.OfRow("m"));
    }

    private DeploymentState State(int place) => _states.Of("p", FormattableString.Invariant($"{place}"));

    private void Enter(int place, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            State(place).Enter(_now);
        }
    }

    private void Time(int place, int milliseconds) => State(place).OfWholes.Add(TimeSpan.FromMilliseconds(milliseconds).Ticks, _now);

    private int Choose(ModelRoute row, Wishes? wishes = null) => Selector.Choose(row, "", wishes ?? Chat, default, _now, s_breaker);

    private int[] Count(ModelRoute row, int calls, Wishes? wishes = null)
    {
        var counts = new int[row.Deployments.Length];
        for (var i = 0; i < calls; i++)
        {
            counts[Choose(row, wishes)]++;
        }

        return counts;
    }
}
