using Switchboard.Server.Telemetry.Prometheus;

namespace Switchboard.Tests.Server.Telemetry.Prometheus;

public sealed class MetricNamesTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", "Histogram", "http_server_request_duration_seconds", "seconds")]
    [InlineData("gen_ai.client.token.usage", "{token}", "Histogram", "gen_ai_client_token_usage", null)]
    [InlineData("switchboard.cache.served", "By", "Counter", "switchboard_cache_served_bytes", "bytes")]
    [InlineData("switchboard.budget.spent_ratio", "1", "Gauge", "switchboard_budget_spent_ratio", "ratio")]
    [InlineData("some.share", "1", "Gauge", "some_share_ratio", "ratio")]
    [InlineData("some.count", "1", "Counter", "some_count", null)]
    [InlineData("some.things_total", null, "Counter", "some_things", null)]
    [InlineData("some.speed", "By/s", "Gauge", "some_speed_bytes_per_second", "bytes_per_second")]
    [InlineData("some..odd name-x", "", "Gauge", "some_odd_name_x", null)]
    [InlineData("2fast", null, "Gauge", "_2fast", null)]
    [InlineData("dotnet.assembly.count", "{assembly}", "Gauge", "dotnet_assemblies", null)]
    [InlineData("pool.thread.count", "{thread}", "Gauge", "pool_thread", null)]
    [InlineData("work.count", null, "Counter", "work_count", null)]
    [InlineData("a.time", "ms", "Gauge", "a_time_milliseconds", "milliseconds")]
    public void Names_are_those_of_the_rules(string instrument, string? unit, string kind, string name, string? word)
    {
        Assert.Equal((name, word), MetricNames.Of(instrument, unit, Enum.Parse<MetricKind>(kind)));
    }

    [Fact]
    public void Labels_are_cleaned_escaped_and_in_the_order_of_their_names()
    {
        KeyValuePair<string, object?>[] tags =
        [
            new("z.last", 7), new("a.first", "say \"hi\"\\\n"), new("le", true), new("m", null), new("a-first", 1.5),
        ];

        Assert.Equal("""a_first="say \"hi\"\\\n;1.5",le_="true",m="",z_last="7" """.TrimEnd(), MetricLabels.Of(tags));
    }

    [Fact]
    public void A_long_value_is_cut() =>
        Assert.Equal(256 + "a=\"\"".Length, MetricLabels.Of([new("a", new string('x', 5_000))]).Length);
}
