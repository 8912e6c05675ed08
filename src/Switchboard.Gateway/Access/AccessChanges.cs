namespace Switchboard.Gateway.Access;

/// <summary>What has changed up to a revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Teams">Teams as they are now.</param>
/// <param name="Projects">Projects as they are now.</param>
/// <param name="Keys">Keys as they are now.</param>
/// <param name="Secrets">Secrets as they are now.</param>
public sealed record AccessChanges(
    long Revision,
    IReadOnlyList<Team> Teams,
    IReadOnlyList<Project> Projects,
    IReadOnlyList<VirtualKey> Keys,
    IReadOnlyList<EncryptedSecret> Secrets);
