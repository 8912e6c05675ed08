using System.Diagnostics.CodeAnalysis;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Routing;

/// <summary>Where a call goes, or why it goes nowhere.</summary>
internal readonly record struct Route(IProvider? Provider, string Model, GatewayError? Error)
{
    [MemberNotNullWhen(true, nameof(Provider))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsFound => Error is null;

    public static Route To(IProvider provider, string model) => new(provider, model, null);

    public static Route Nowhere(GatewayError error) => new(null, "", error);
}
