using System.Diagnostics.CodeAnalysis;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Routing;

/// <summary>Where a call goes, or why it goes nowhere.</summary>
internal readonly record struct Route(IProvider? Provider, string Model, GatewayError? Error, DeploymentSettings? Deployment = null)
{
    [MemberNotNullWhen(true, nameof(Provider))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsFound => Error is null;

    public static Route To(IProvider provider, string model) => new(provider, model, null);

    /// <summary>To a row of the table.</summary>
    public static Route To(IProvider provider, DeploymentSettings deployment) => new(provider, deployment.Model, null, deployment);

    public static Route Nowhere(GatewayError error) => new(null, "", error);
}
