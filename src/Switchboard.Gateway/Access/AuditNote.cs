namespace Switchboard.Gateway.Access;

/// <summary>Who does what, for the log of administration.</summary>
/// <param name="Actor">Who: the id of a key, <c>master</c>, or the subject of a token.</param>
/// <param name="Action">What, such as <c>key.rotate</c>.</param>
public sealed record AuditNote(string Actor, string Action)
{
    /// <summary>The address that it came from.</summary>
    public string? Address { get; init; }

    /// <summary>The id of the request.</summary>
    public string? RequestId { get; init; }
}
