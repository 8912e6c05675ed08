namespace Switchboard.Gateway.Files;

/// <summary>A file that a caller gave to the gateway, or that the gateway made for one.</summary>
/// <param name="Id">Its id, <c>file-sb</c> and 32 hexadecimal digits.</param>
/// <param name="Tenant">Whose it is: <see cref="Access.Caller.Tenant"/>, empty for nobody in particular.</param>
/// <param name="Name">Its name, without folders.</param>
/// <param name="Purpose">What it is for, one of <see cref="FilePurposes"/>.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="CreatedAt">When it came.</param>
/// <param name="ExpiresAt">When it is deleted by itself; null for never.</param>
public sealed record StoredFile(string Id, string Tenant, string Name, string Purpose, long Bytes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
