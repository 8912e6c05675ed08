namespace Switchboard.Gateway.Configuration;

/// <summary>Who may ask, the <c>access:</c> part.</summary>
public sealed record AccessSettings
{
    /// <summary>
    /// The key that opens everything, the admin API too (<c>master_key</c>, <c>SWITCHBOARD_MASTER_KEY</c>), at least 32
    /// characters. With one every request to the API needs a key. Null for none. Default null.
    /// </summary>
    public Secret? MasterKey { get; init; }

    /// <summary>Tokens that are taken in place of keys (<c>jwt</c>). With them every request to the API needs a key or a token. Null for none. Default null.</summary>
    public TokenSettings? Tokens { get; init; }
}
