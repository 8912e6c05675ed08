using System.Diagnostics.CodeAnalysis;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>What became of a request's body.</summary>
/// <param name="Body">The body; not the one that came where that had to be mended.</param>
/// <param name="Facts">What was found in it; null where it is refused.</param>
/// <param name="Error">Why it is refused.</param>
public readonly record struct RequestReading(ReadOnlyMemory<byte> Body, RequestFacts? Facts, GatewayError? Error)
{
    /// <summary>True when the request is taken.</summary>
    [MemberNotNullWhen(true, nameof(Facts))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsTaken => Facts is not null;
}
