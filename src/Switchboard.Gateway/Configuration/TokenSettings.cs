namespace Switchboard.Gateway.Configuration;

/// <summary>Tokens of an identity provider (JWT, RFC 7519) that are taken in place of keys, the <c>access.jwt:</c> part.</summary>
public sealed record TokenSettings
{
    /// <summary>Who signs them, as their <c>iss</c> has it (<c>issuer</c>). Where its keys are is read from its <c>/.well-known/openid-configuration</c>, unless <see cref="JwksUrl"/> says it.</summary>
    public required string Issuer { get; init; }

    /// <summary>Whom they are for: one of these must be in <c>aud</c> (<c>audience</c>).</summary>
    public required IReadOnlyList<string> Audience { get; init => field = ValueList<string>.Of(value); }

    /// <summary>Where the keys are that they are signed with (<c>jwks_url</c>); null to ask the issuer.</summary>
    public Uri? JwksUrl { get; init; }

    /// <summary>The claim that says who it is (<c>user_claim</c>). Default <c>sub</c>.</summary>
    public string UserClaim { get; init; } = "sub";

    /// <summary>The claim with the id of the project whose policy holds (<c>project_claim</c>); null for none, and then no policy holds.</summary>
    public string? ProjectClaim { get; init; }

    /// <summary>The claim that makes administrators (<c>admin_claim</c>), one text or a list; null for nobody.</summary>
    public string? AdminClaim { get; init; }

    /// <summary>What <see cref="AdminClaim"/> must hold (<c>admin_value</c>).</summary>
    public string? AdminValue { get; init; }

    /// <summary>How far the clocks may be apart (<c>clock_skew</c>), 0 s to 10 min. Default 30 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);
}
