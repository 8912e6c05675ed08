using System.Diagnostics.CodeAnalysis;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Routing;

/// <summary>Which row a call goes to, or why to none.</summary>
/// <param name="Row">The row.</param>
/// <param name="Match">What the <c>*</c> of its name stands for.</param>
/// <param name="Error">Why there is none.</param>
internal readonly record struct Route(ModelRoute? Row, string Match, GatewayError? Error)
{
    [MemberNotNullWhen(true, nameof(Row))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsFound => Error is null;

    public static Route To(ModelRoute row, string match) => new(row, match, null);

    public static Route To(Destination destination) => new(destination.Row, destination.Match, null);

    public static Route Nowhere(GatewayError error) => new(null, "", error);
}
