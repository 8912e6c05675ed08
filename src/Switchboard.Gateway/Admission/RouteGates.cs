using System.Collections.Frozen;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Admission;

/// <summary>The gates of the deployments and providers that have a limit.</summary>
internal sealed class RouteGates
{
    private readonly FrozenDictionary<string, AdmissionGate> _ofProviders;

    // By reference: two rows that say the same are two deployments, each with its own limit.
    private readonly FrozenDictionary<DeploymentSettings, AdmissionGate> _ofDeployments;

    public RouteGates(GatewayConfiguration configuration, AdmissionLimits limits, TimeProvider time)
    {
        var longest = configuration.Server.QueueTimeout;
        var named = new HashSet<string>(StringComparer.Ordinal);
        _ofProviders = configuration.Providers
            .Where(provider => provider.Value.MaxConcurrency is not null)
            .ToFrozenDictionary(
                provider => provider.Key,
                provider => Gate($"providers.{provider.Key}", provider.Value.MaxConcurrency, provider.Value.MaxQueue, $"The provider '{provider.Key}'"),
                StringComparer.Ordinal);
        _ofDeployments = configuration.Models
            .SelectMany(model => model.Value.Deployments, (model, deployment) => (Name: model.Key, Deployment: deployment))
            .Select(row => (row.Name, row.Deployment, Key: NameOf(row.Name, row.Deployment)))
            .Where(row => row.Deployment.MaxConcurrency is not null)
            .ToFrozenDictionary<(string Name, DeploymentSettings Deployment, string Key), DeploymentSettings, AdmissionGate>(
                row => row.Deployment,
                row => Gate(row.Key, row.Deployment.MaxConcurrency, row.Deployment.MaxQueue, $"The model '{row.Name}'"),
                ReferenceEqualityComparer.Instance);

        AdmissionGate Gate(string name, int? places, int queue, string whose) => new(limits.Get(name, places!.Value, queue, longest), whose, time);

        // Two rows that say the same are two deployments: the second of them has a name of its own.
        string NameOf(string model, DeploymentSettings deployment)
        {
            var name = $"models.{model}: {deployment.Provider}/{deployment.Model}";
            while (!named.Add(name))
            {
                name += "'";
            }

            return name;
        }
    }

    /// <summary>The gate of a provider; null where it has no limit.</summary>
    public AdmissionGate? Of(string provider) => _ofProviders.GetValueOrDefault(provider);

    /// <summary>The gate of a deployment; null where it has no limit.</summary>
    public AdmissionGate? Of(DeploymentSettings? deployment) =>
        deployment is null || _ofDeployments.Count == 0 ? null : _ofDeployments.GetValueOrDefault(deployment);
}
