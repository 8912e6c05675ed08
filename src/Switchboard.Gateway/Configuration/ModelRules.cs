using System.Globalization;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of one row of the <c>models:</c> table.</summary>
internal static class ModelRules
{
    public static void Check(string name, ModelSettings model, IReadOnlyDictionary<string, ProviderSettings> providers, List<ConfigurationFault> faults)
    {
        var path = $"models.{name}";
        if (string.IsNullOrWhiteSpace(name))
        {
            faults.Add(new(path, "A model needs a name that callers can write."));
        }

        DefaultsRules.Check($"{path}.defaults", model.Defaults, faults);
        if (model.Deployments.Count == 0)
        {
            faults.Add(new($"{path}.deployments", "At least one deployment is needed: { provider: …, model: … }."));
        }

        for (var i = 0; i < model.Deployments.Count; i++)
        {
            CheckDeployment(string.Create(CultureInfo.InvariantCulture, $"{path}.deployments[{i}]"), model.Deployments[i], providers, faults);
        }
    }

    private static void CheckDeployment(string path, DeploymentSettings deployment, IReadOnlyDictionary<string, ProviderSettings> providers, List<ConfigurationFault> faults)
    {
        if (!providers.ContainsKey(deployment.Provider))
        {
            faults.Add(new($"{path}.provider", $"There is no provider '{deployment.Provider}'; there are {Names(providers)}."));
        }

        if (string.IsNullOrWhiteSpace(deployment.Model))
        {
            faults.Add(new($"{path}.model", "The name of the model at its provider is needed."));
        }

        Ranges.Check($"{path}.max_concurrency", deployment.MaxConcurrency ?? 1, 1, Ranges.MostRequests, "", faults);
        Ranges.Check($"{path}.max_queue", deployment.MaxQueue, 0, Ranges.MostRequests, "", faults);
    }

    private static string Names(IReadOnlyDictionary<string, ProviderSettings> providers) =>
        providers.Count == 0 ? "none" : string.Join(", ", providers.Keys.Order(StringComparer.Ordinal));
}
