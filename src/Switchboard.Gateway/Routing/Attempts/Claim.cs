using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Routing.Attempts;

/// <summary>A deployment that a call may go to: what its limits count was taken, and is set right when the attempt has ended.</summary>
/// <param name="Deployment">Which it is.</param>
/// <param name="Model">The model's name there.</param>
/// <param name="IsTrial">The breaker lets it through on trial.</param>
/// <param name="Tokens">How many tokens were taken.</param>
/// <param name="At">When.</param>
internal readonly record struct Claim(Deployment Deployment, string Model, bool IsTrial, int Tokens, long At);

/// <summary>How an attempt ended.</summary>
/// <param name="Outcome">Its outcome.</param>
/// <param name="Failure">What went wrong before anything was sent to the caller; null where the caller has its answer, or part of it.</param>
internal readonly record struct AttemptResult(GatewayOutcome Outcome, Failure? Failure);
