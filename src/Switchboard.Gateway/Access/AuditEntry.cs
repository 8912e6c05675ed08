namespace Switchboard.Gateway.Access;

/// <summary>A line of the log of administration.</summary>
/// <param name="Id">Its id; ids grow with time.</param>
/// <param name="At">When.</param>
/// <param name="Note">Who did what.</param>
/// <param name="Target">To what: the id of a scope, or the name of a secret.</param>
/// <param name="Before">What it was, as JSON without secrets; null where it was not there.</param>
/// <param name="After">What it is, as JSON without secrets; null where it is no more.</param>
public sealed record AuditEntry(string Id, DateTimeOffset At, AuditNote Note, string Target, string? Before, string? After);
