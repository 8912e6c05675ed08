namespace Switchboard.Gateway.Access;

/// <summary>What a token turned out to be.</summary>
/// <param name="Claims">What it says, found to be true; null where it is not taken.</param>
/// <param name="Fault">Why it is not taken, as part of a sentence; null with no claims where that cannot be told, because the keys of its issuer are not known.</param>
public readonly record struct TokenReading(TokenClaims? Claims, string? Fault);
