namespace Switchboard.Gateway.Access;

/// <summary>Projects under one policy.</summary>
public sealed record Team : AccessScope;
