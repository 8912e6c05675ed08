namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>routing:</c> and <c>aliases:</c> parts, and of tags over all rows.</summary>
internal static class RoutingRules
{
    /// <summary>The most different tags of a configuration.</summary>
    private const int MostTags = 64;

    public static void Check(GatewayConfiguration configuration, List<ConfigurationFault> faults)
    {
        var routing = configuration.Routing;
        var hour = TimeSpan.FromHours(1);
        Ranges.Check("routing.retry_budget", routing.RetryBudget, 0, 1, faults);
        Ranges.Check("routing.hedge_budget", routing.HedgeBudget, 0, 1, faults);
        if (routing.HealthInterval != TimeSpan.Zero)
        {
            Ranges.Check("routing.health_interval", routing.HealthInterval, TimeSpan.FromSeconds(1), hour, faults);
        }

        Ranges.Check("routing.breaker.failure_share", routing.Breaker.FailureShare, 0.01, 1, faults);
        Ranges.Check("routing.breaker.least_calls", routing.Breaker.LeastCalls, 1, Ranges.MostRequests, "", faults);
        Ranges.Check("routing.breaker.window", routing.Breaker.Window, TimeSpan.FromSeconds(1), hour, faults);
        Ranges.Check("routing.breaker.open_for", routing.Breaker.OpenFor, TimeSpan.FromMilliseconds(100), hour, faults);
        Ranges.Check("routing.breaker.probes", routing.Breaker.Probes, 1, 100, "", faults);
        CheckTags(configuration, faults);
        foreach (var (alias, target) in configuration.Aliases)
        {
            CheckAlias(alias, target, configuration, faults);
        }
    }

    private static void CheckTags(GatewayConfiguration configuration, List<ConfigurationFault> faults)
    {
        var tags = configuration.Models.Values.SelectMany(model => model.Deployments).SelectMany(deployment => deployment.Tags);
        if (tags.Distinct(StringComparer.Ordinal).Count() > MostTags)
        {
            faults.Add(new("models", $"At most {MostTags} different tags are possible."));
        }
    }

    private static void CheckAlias(string alias, string target, GatewayConfiguration configuration, List<ConfigurationFault> faults)
    {
        var path = $"aliases.{alias}";
        var problem = string.IsNullOrWhiteSpace(alias) ? "An alias needs a name that callers can write."
            : alias.Contains('*', StringComparison.Ordinal) ? "An alias is one name; a '*' is for the rows of models."
            : configuration.Models.ContainsKey(alias) ? "The table of models has this name already."
            : configuration.Aliases.ContainsKey(target) ? $"'{target}' is an alias itself; write what it stands for."
            : target.Contains('*', StringComparison.Ordinal) ? $"'{target}' stands for many models; write the name of one."
            : string.IsNullOrWhiteSpace(target) ? "The name that it stands for is needed."
            : null;
        if (problem is not null)
        {
            faults.Add(new(path, problem));
        }
    }
}
