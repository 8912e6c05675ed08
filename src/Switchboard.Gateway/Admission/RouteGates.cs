using System.Collections.Frozen;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Admission;

/// <summary>The gates of the deployments and providers that have a limit.</summary>
internal sealed class RouteGates
{
    private readonly FrozenDictionary<string, AdmissionGate> _ofProviders;

    // By reference: two rows that say the same are two deployments, each with its own limit.
    private readonly FrozenDictionary<DeploymentSettings, AdmissionGate> _ofDeployments;

    public RouteGates(GatewayConfiguration configuration, TimeProvider time)
    {
        var longest = configuration.Server.QueueTimeout;
        _ofProviders = configuration.Providers
            .Where(provider => provider.Value.MaxConcurrency is not null)
            .ToFrozenDictionary(
                provider => provider.Key,
                provider => Gate(provider.Value.MaxConcurrency, provider.Value.MaxQueue, $"The provider '{provider.Key}'"),
                StringComparer.Ordinal);
        _ofDeployments = configuration.Models
            .SelectMany(model => model.Value.Deployments, (model, deployment) => (Name: model.Key, Deployment: deployment))
            .Where(row => row.Deployment.MaxConcurrency is not null)
            .ToFrozenDictionary<(string Name, DeploymentSettings Deployment), DeploymentSettings, AdmissionGate>(
                row => row.Deployment,
                row => Gate(row.Deployment.MaxConcurrency, row.Deployment.MaxQueue, $"The model '{row.Name}'"),
                ReferenceEqualityComparer.Instance);

        AdmissionGate Gate(int? places, int queue, string whose) => new(new ConcurrencyLimit(places!.Value, queue, longest, time), whose, time);
    }

    /// <summary>The gate of a provider; null where it has no limit.</summary>
    public AdmissionGate? Of(string provider) => _ofProviders.GetValueOrDefault(provider);

    /// <summary>The gate of a deployment; null where it has no limit.</summary>
    public AdmissionGate? Of(DeploymentSettings? deployment) =>
        deployment is null || _ofDeployments.Count == 0 ? null : _ofDeployments.GetValueOrDefault(deployment);
}
