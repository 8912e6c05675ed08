namespace Switchboard.Gateway.Pipeline;

/// <summary>Where a call was sent.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The model's name there; empty where the call names none.</param>
public sealed record CallTarget(string Provider, string Model);
