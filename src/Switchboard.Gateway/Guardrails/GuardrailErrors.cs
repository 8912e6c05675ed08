using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Guardrails;

/// <summary>The errors of guardrails. They name the guardrail and the place, and never what was found there.</summary>
internal static class GuardrailErrors
{
    /// <summary>400: a guardrail refuses.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="side">Which way it looked.</param>
    /// <param name="place">Where the text lies; null where it is about no one text.</param>
    public static GatewayError Refused(Refusal refusal, GuardrailSide side, string? place) => refusal.Error is { } error ? error(refusal) : GatewayError.InvalidRequest(
        $"The guardrail '{refusal.Guardrail.Name}' refuses the {(side == GuardrailSide.Input ? "request" : "answer")}: {(place is null ? "it" : place)} {refusal.Reason}.",
        place,
        "content_policy_violation");

    /// <summary>503: what checks the text cannot be asked.</summary>
    public static GatewayError Unavailable(Refusal refusal) => new(
        503,
        new ErrorBody($"The guardrail '{refusal.Guardrail.Name}' cannot check this call now. Try again in a moment.", ErrorTypes.Overloaded, null, "guardrail_unavailable"),
        TimeSpan.FromSeconds(5));

    /// <summary>502: the answer is not of its schema. Another one may be.</summary>
    public static GatewayError NotOfSchema(Refusal refusal) => new(
        502,
        new ErrorBody($"The guardrail '{refusal.Guardrail.Name}' refuses the answer: {refusal.Reason}.", ErrorTypes.Upstream, null, "answer_not_of_schema"));

    /// <summary>400: a call asks for a guardrail that there is not.</summary>
    public static GatewayError Unknown() => GatewayError.InvalidRequest(
        "x-switchboard-guardrails names a guardrail that is not configured.", "x-switchboard-guardrails", "unknown_guardrail");

    /// <summary>502: an answer that cannot be checked.</summary>
    public static GatewayError Unreadable { get; } = GatewayError.Upstream("The provider gave an answer that cannot be checked: it is not JSON.", "upstream_bad_response");

    /// <summary>502: an answer that is too large to be checked.</summary>
    public static GatewayError TooLarge { get; } = GatewayError.Upstream("The answer is larger than 64 MB, the most that guardrails look at.");

    /// <summary>502: an answer that broke off before it was checked.</summary>
    public static GatewayError Cut { get; } = GatewayError.Upstream("The provider ended its answer before it was complete.");
}
