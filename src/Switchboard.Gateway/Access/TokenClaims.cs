namespace Switchboard.Gateway.Access;

/// <summary>What a token says that was found to be true.</summary>
/// <param name="User">Who it is.</param>
/// <param name="Project">The id of the project whose policy holds; null where tokens name none.</param>
/// <param name="IsAdministrator">Whether the admin API is open to it.</param>
/// <param name="Until">When it ends.</param>
public sealed record TokenClaims(string User, string? Project, bool IsAdministrator, DateTimeOffset Until);
