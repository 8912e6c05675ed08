using System.Text.Json.Nodes;
using Switchboard.Testing.Places;

namespace Switchboard.EndToEnd.Tests.Watching;

/// <summary>The page of metrics, the alerts and the dashboards, with the real Prometheus.</summary>
public sealed class WatchingTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promtool_has_no_complaint_of_the_page()
    {
        SkipWithout(Promtool.SkipReason);
        await using var gateway = await WatchedGateway.StartAsync();

        var (exitCode, said) = await Promtool.RunAsync(["check", "metrics"], await gateway.PageAsync("text/plain"), Ends);

        Assert.True(exitCode == 0 && said.Trim().Length == 0, said);
    }

    [Theory]
    [InlineData("check", "rules", "prometheus/rules/switchboard.yml")]
    [InlineData("test", "rules", "prometheus/rules_test.yml")]
    [InlineData("check", "config", "prometheus/prometheus.yml")]
    public async Task Promtool_takes_the_rules_and_the_configuration(params string[] arguments)
    {
        SkipWithout(Promtool.SkipReason);

        var (exitCode, said) = await Promtool.RunAsync(arguments, null, Ends);

        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task Promtool_takes_the_configuration_of_compose()
    {
        SkipWithout(Promtool.SkipReason);
        var folder = Directory.CreateTempSubdirectory("switchboard-prometheus-").FullName;
        try
        {
            // As compose lays them.
            Directory.CreateDirectory(Path.Combine(folder, "rules"));
            File.Copy(RepositoryRoot.Combine("deploy", "compose", "prometheus.yml"), Path.Combine(folder, "prometheus.yml"));
            File.Copy(RepositoryRoot.Combine("deploy", "prometheus", "rules", "switchboard.yml"), Path.Combine(folder, "rules", "switchboard.yml"));

            var (exitCode, said) = await Promtool.RunAsync(["check", "config", Path.Combine(folder, "prometheus.yml")], null, Ends);

            Assert.True(exitCode == 0, said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_query_of_dashboards_and_alerts_finds_what_it_asks_for()
    {
        SkipWithout(PrometheusProcess.SkipReason);
        await using var gateway = await WatchedGateway.StartAsync();
        await using var prometheus = await PrometheusProcess.StartAsync(gateway.Url, WatchedGateway.Master, Ends);
        var names = await prometheus.NamesAsync(Ends);
        var alerts = WatchQueries.OfAlerts().ToList();
        var queries = WatchQueries.Dashboards
            .SelectMany(file => WatchQueries.OfDashboard(file).Select(query => (Path.GetFileName(file), query)))
            .Concat(alerts.Where(alert => !alert.Query.StartsWith("absent(", StringComparison.Ordinal)))
            .ToList();
        var faults = new List<string>();

        foreach (var (place, query) in queries)
        {
            faults.AddRange(WatchQueries.NamesIn(query).Where(name => !names.Contains(name)).Select(name => $"{place}: there is no {name}: {query}"));
            if ((await prometheus.QueryAsync(query, Ends)).GetArrayLength() == 0)
            {
                faults.Add($"{place}: nothing comes of {query}");
            }
        }

        Assert.Empty(faults);
        Assert.True(queries.Count > 75, $"Only {queries.Count} queries were found.");
        var rules = await prometheus.RulesAsync(Ends);
        Assert.Equal(alerts.Select(alert => alert.Alert).Order(), rules.Select(rule => rule.Name).Order());
        Assert.DoesNotContain(rules, rule => rule.Health == "err");
    }

    [Fact]
    public void Dashboards_are_such_as_Grafana_takes()
    {
        Assert.Equal(4, WatchQueries.Dashboards.Length);
        foreach (var file in WatchQueries.Dashboards)
        {
            var dashboard = JsonNode.Parse(File.ReadAllText(file))!;
            Assert.Equal(Path.GetFileNameWithoutExtension(file), dashboard["uid"]!.GetValue<string>());
            var panels = dashboard["panels"]!.AsArray();
            var ids = panels.Select(panel => panel!["id"]!.GetValue<int>()).ToList();
            Assert.Equal(ids.Count, ids.Distinct().Count());
            foreach (var panel in panels.Where(panel => panel!["type"]!.GetValue<string>() != "row"))
            {
                Assert.Equal("${datasource}", panel!["datasource"]!["uid"]!.GetValue<string>());
                Assert.False(string.IsNullOrEmpty(panel["title"]!.GetValue<string>()));
                Assert.NotEmpty(panel["targets"]!.AsArray());
                var place = panel["gridPos"]!;
                Assert.True(place["x"]!.GetValue<int>() + place["w"]!.GetValue<int>() <= 24);
            }
        }
    }

    private static void SkipWithout(string? reason) => Assert.SkipWhen(reason is not null, reason ?? "");
}
