namespace Switchboard.Server.Storage.Records;

/// <summary>How a database's schema stands to this program's.</summary>
/// <param name="IsUntouched">Nothing was ever written.</param>
/// <param name="Last">The last step that the database has; null for none.</param>
/// <param name="Missing">The steps that it lacks.</param>
/// <param name="Newer">The steps of a newer program, beside which this one works.</param>
internal sealed record SchemaState(bool IsUntouched, string? Last, IReadOnlyList<string> Missing, IReadOnlyList<string> Newer);
