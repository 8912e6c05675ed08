using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.EndToEnd.Tests.Watching;

/// <summary>The queries of dashboards and alerts.</summary>
internal static partial class WatchQueries
{
    private static readonly HashSet<string> s_words = ["and", "or", "unless", "bool", "offset", "inf", "nan"];

    public static string[] Dashboards => [.. Directory.GetFiles(RepositoryRoot.Combine("deploy", "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal)];

    /// <summary>Those of a dashboard, as Grafana would ask them for all gateways.</summary>
    public static IEnumerable<string> OfDashboard(string file)
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(file))!;
        var panels = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => target!["expr"]!.GetValue<string>());
        var variables = dashboard["templating"]!["list"]!.AsArray()
            .Where(variable => variable!["type"]!.GetValue<string>() == "query")
            .Select(variable => LabelValues().Match(variable!["query"]!.GetValue<string>()).Groups["series"].Value);
        return panels.Concat(variables).Select(query => query.Replace("$instance", ".*", StringComparison.Ordinal).Replace("$__rate_interval", "5m", StringComparison.Ordinal));
    }

    /// <summary>Those of the alerts, each without the bound from which it is one: there is something to compare.</summary>
    public static IEnumerable<(string Alert, string Query)> OfAlerts()
    {
        foreach (var file in Directory.GetFiles(RepositoryRoot.Combine("deploy", "prometheus", "rules"), "*.yml"))
        {
            foreach (Match rule in Alert().Matches(File.ReadAllText(file)))
            {
                var query = Spaces().Replace(rule.Groups["query"].Value.Trim(), " ");
                yield return (rule.Groups["name"].Value, Bound().Replace(query, ""));
            }
        }
    }

    /// <summary>The names of series in a query.</summary>
    public static string[] NamesIn(string query)
    {
        var rest = Grouping().Replace(InBraces().Replace(query, " "), " ");
        return [.. Word().Matches(rest).Select(match => match.Value).Where(word => !s_words.Contains(word)).Distinct()];
    }

    [GeneratedRegex(@"^label_values\((?<series>.+), \w+\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"- alert: (?<name>\w+)\s+expr: (>-\s+)?(?<query>(.+\n)+?)\s+(for|labels): ")]
    private static partial Regex Alert();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@" (>|==) [\d.e]+$")]
    private static partial Regex Bound();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]")]
    private static partial Regex InBraces();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right) \([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\b[a-zA-Z_:][\w:]*\b(?!\s*\()")]
    private static partial Regex Word();
}
