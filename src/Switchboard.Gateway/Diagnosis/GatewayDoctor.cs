using System.Globalization;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Diagnosis;

/// <summary>Examines a configuration that its rules found without fault: asks each provider, looks for each model, and says in words what is wrong.</summary>
public sealed class GatewayDoctor(GatewaySnapshot snapshot, TimeProvider time)
{
    /// <summary>How long a provider may take to tell its models.</summary>
    public static readonly TimeSpan ListingDeadline = TimeSpan.FromSeconds(15);

    /// <summary>Examines everything, side by side.</summary>
    /// <param name="call">Sends each deployment a short request as well, which costs a few tokens; not those that are known to be neither for chat nor for embeddings.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <returns>The findings, in the order of the configuration.</returns>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(bool call, CancellationToken cancellationToken)
    {
        var providers = snapshot.Configuration.Providers.Select(provider => (provider.Key, Listing: ListAsync(provider.Key, cancellationToken))).ToArray();
        var calls = call ? Deployments().Where(row => ShortCall.Suits(snapshot.FactsOf(row.Deployment.Provider, row.Deployment.Model))).Select(row => (row.Path, Answer: new ShortCall(snapshot, time).TryAsync(row.Deployment, cancellationToken))).ToArray() : [];
        var findings = new List<Finding>();
        var listings = new Dictionary<string, ModelListing>(StringComparer.Ordinal);
        foreach (var (name, pending) in providers)
        {
            listings[name] = await pending;
            var missing = snapshot.MissingSecrets.Where(one => one.Setting.StartsWith($"providers.{name}.", StringComparison.Ordinal)).ToArray();
            findings.AddRange(missing.Length > 0
                ? missing.Select(ProviderFindings.OfMissing)
                : ProviderFindings.Of(name, snapshot.Configuration.Providers[name], listings[name]));
        }

        foreach (var (path, deployment) in Deployments())
        {
            findings.Add(DeploymentFindings.OfListing(path, deployment, snapshot.Configuration.Providers[deployment.Provider], listings[deployment.Provider]));
            if (!snapshot.IsLocal(deployment.Provider))
            {
                findings.Add(DeploymentFindings.OfFacts(path, deployment, snapshot.FactsOf(deployment.Provider, deployment.Model)));
            }
        }

        foreach (var (path, answer) in calls)
        {
            findings.Add(DeploymentFindings.OfCall(path, await answer));
        }

        return findings;
    }

    private IEnumerable<(string Path, DeploymentSettings Deployment)> Deployments() =>
        from model in snapshot.Configuration.Models
        from row in model.Value.Deployments.Select((deployment, index) => (deployment, index))
        where !row.deployment.Model.Contains('*', StringComparison.Ordinal)
        select (string.Create(CultureInfo.InvariantCulture, $"models.{model.Key}.deployments[{row.index}]"), row.deployment);

    private async Task<ModelListing> ListAsync(string name, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(ListingDeadline, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await snapshot.Providers[name].ListModelsAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new([], Relay.UpstreamFaults.TimedOut(name, ListingDeadline));
        }
    }
}
