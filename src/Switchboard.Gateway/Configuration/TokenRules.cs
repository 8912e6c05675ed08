using System.Net;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>access.jwt:</c> part.</summary>
internal static class TokenRules
{
    private static readonly TimeSpan s_mostSkew = TimeSpan.FromMinutes(10);

    public static void Check(TokenSettings tokens, List<ConfigurationFault> faults)
    {
        if (!Uri.TryCreate(tokens.Issuer, UriKind.Absolute, out var issuer) || !IsSafe(issuer))
        {
            faults.Add(new("access.jwt.issuer", "An address with https is needed, as the tokens have it in iss (http on this machine alone)."));
        }

        if (tokens.Audience.Count == 0 || tokens.Audience.Any(string.IsNullOrWhiteSpace))
        {
            faults.Add(new("access.jwt.audience", "At least one is needed: a token for another program must not be taken."));
        }

        if (tokens.JwksUrl is { } url && !(url.IsAbsoluteUri && IsSafe(url)))
        {
            faults.Add(new("access.jwt.jwks_url", "An address with https is needed (http on this machine alone)."));
        }

        CheckClaim("user_claim", tokens.UserClaim, faults);
        CheckClaim("project_claim", tokens.ProjectClaim, faults);
        CheckClaim("admin_claim", tokens.AdminClaim, faults);
        if (tokens.AdminClaim is null != string.IsNullOrEmpty(tokens.AdminValue))
        {
            faults.Add(new("access.jwt.admin_value", "admin_claim and admin_value go together."));
        }

        if (tokens.ClockSkew < TimeSpan.Zero || tokens.ClockSkew > s_mostSkew)
        {
            faults.Add(new("access.jwt.clock_skew", "0s to 10m are possible."));
        }
    }

    // Keys that come over a line that others can write on prove nothing.
    private static bool IsSafe(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address))));

    private static void CheckClaim(string name, string? claim, List<ConfigurationFault> faults)
    {
        if (claim is not null && string.IsNullOrWhiteSpace(claim))
        {
            faults.Add(new($"access.jwt.{name}", "The name of a claim is needed."));
        }
    }
}
