using System.Globalization;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of one row of the <c>models:</c> table.</summary>
internal static class ModelRules
{
    private const int MostDeployments = 250;
    private const int MostFallbacks = 10;
    private const int MostPerMinute = 1_000_000_000;

    public static void Check(string name, ModelSettings model, GatewayConfiguration configuration, List<ConfigurationFault> faults)
    {
        var path = $"models.{name}";
        CheckName(path, name, faults);
        DefaultsRules.Check($"{path}.defaults", model.Defaults, faults);
        if (model.Deployments.Count is 0 or > MostDeployments)
        {
            faults.Add(new($"{path}.deployments", model.Deployments.Count == 0
                ? "At least one deployment is needed: { provider: …, model: … }."
                : $"At most {MostDeployments} deployments are possible."));
        }

        for (var i = 0; i < model.Deployments.Count; i++)
        {
            CheckDeployment(string.Create(CultureInfo.InvariantCulture, $"{path}.deployments[{i}]"), name, model.Deployments[i], configuration.Providers, faults);
        }

        Ranges.Check($"{path}.attempts", model.Attempts, 1, 10, "", faults);
        CheckTimes(path, model, faults);
        CacheRules.CheckLife($"{path}.cache_ttl", model.CacheLife, faults);
        CheckFallbacks($"{path}.fallbacks", name, model.Fallbacks, configuration, faults);
        CheckFallbacks($"{path}.context_window_fallbacks", name, model.ContextWindowFallbacks, configuration, faults);
        CheckFallbacks($"{path}.content_filter_fallbacks", name, model.ContentFilterFallbacks, configuration, faults);
    }

    private static void CheckName(string path, string name, List<ConfigurationFault> faults)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            faults.Add(new(path, "A model needs a name that callers can write."));
        }
        else if (name.Count(character => character == '*') > 1)
        {
            faults.Add(new(path, "One '*' is the most that a name may hold."));
        }
    }

    private static void CheckDeployment(string path, string row, DeploymentSettings deployment, IReadOnlyDictionary<string, ProviderSettings> providers, List<ConfigurationFault> faults)
    {
        if (!providers.ContainsKey(deployment.Provider))
        {
            faults.Add(new($"{path}.provider", $"There is no provider '{deployment.Provider}'; there are {Names(providers)}."));
        }

        if (string.IsNullOrWhiteSpace(deployment.Model))
        {
            faults.Add(new($"{path}.model", "The name of the model at its provider is needed."));
        }
        else if (deployment.Model.Contains('*', StringComparison.Ordinal) && !row.Contains('*', StringComparison.Ordinal))
        {
            faults.Add(new($"{path}.model", "A '*' stands for what the '*' in the row's name matched, and that has none."));
        }
        else if (deployment.Model.Count(character => character == '*') > 1)
        {
            faults.Add(new($"{path}.model", "One '*' is the most that a name may hold."));
        }

        Ranges.Check($"{path}.max_concurrency", deployment.MaxConcurrency ?? 1, 1, Ranges.MostRequests, "", faults);
        Ranges.Check($"{path}.max_queue", deployment.MaxQueue, 0, Ranges.MostRequests, "", faults);
        Ranges.Check($"{path}.weight", deployment.Weight, 1, Ranges.MostRequests, "", faults);
        Ranges.Check($"{path}.priority", deployment.Priority, 0, 100, "", faults);
        Ranges.Check($"{path}.rpm", deployment.RequestsPerMinute ?? 1, 1, MostPerMinute, "", faults);
        Ranges.Check($"{path}.tpm", deployment.TokensPerMinute ?? 1, 1, MostPerMinute, "", faults);
        Ranges.Check($"{path}.input_price", (double)(deployment.InputPrice ?? 0), 0, 1_000_000, faults);
        Ranges.Check($"{path}.output_price", (double)(deployment.OutputPrice ?? 0), 0, 1_000_000, faults);
        CheckTags($"{path}.tags", deployment.Tags, faults);
    }

    // They are written in a header, with commas between them.
    private static void CheckTags(string path, IReadOnlyList<string> tags, List<ConfigurationFault> faults)
    {
        foreach (var tag in tags.Where(tag => tag.Length is 0 or > 64 || tag.AsSpan().ContainsAnyExceptInRange('!', '~') || tag.Contains(',', StringComparison.Ordinal)))
        {
            faults.Add(new(path, $"'{tag}' is no tag: 1 to 64 visible ASCII characters without blanks and commas are."));
        }
    }

    private static void CheckTimes(string path, ModelSettings model, List<ConfigurationFault> faults)
    {
        var least = TimeSpan.FromMilliseconds(100);
        Ranges.Check($"{path}.deadline", model.Deadline ?? least, least, TimeSpan.FromHours(1), faults);
        Ranges.Check($"{path}.hedge_after", model.HedgeAfter?.Time ?? TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(10), faults);
    }

    private static void CheckFallbacks(string path, string row, IReadOnlyList<string> names, GatewayConfiguration configuration, List<ConfigurationFault> faults)
    {
        if (names.Count > MostFallbacks)
        {
            faults.Add(new(path, $"At most {MostFallbacks} models are possible."));
        }

        foreach (var name in names)
        {
            var target = configuration.Aliases.GetValueOrDefault(name, name);
            if (target == row)
            {
                faults.Add(new(path, $"'{name}' is the model itself."));
            }
            else if (target.Contains('*', StringComparison.Ordinal))
            {
                faults.Add(new(path, $"'{name}' stands for many models; write the name of one."));
            }
            else if (!ModelNames.IsKnown(target, configuration))
            {
                faults.Add(new(path, $"'{name}' is neither a name of models nor provider/model with a provider that there is."));
            }
        }

        if (names.Count != names.Distinct(StringComparer.Ordinal).Count())
        {
            faults.Add(new(path, "A name stands there twice."));
        }
    }

    private static string Names(IReadOnlyDictionary<string, ProviderSettings> providers) =>
        providers.Count == 0 ? "none" : string.Join(", ", providers.Keys.Order(StringComparer.Ordinal));
}
