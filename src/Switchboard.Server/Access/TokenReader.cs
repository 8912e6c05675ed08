using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Access;

/// <summary>
/// Finds out whether a token (JWT, RFC 7519) is what it says: signed by the issuer, for us, and in its time. One that was
/// found good is known until it ends.
/// </summary>
internal sealed class TokenReader : IDisposable
{
    private const int MostKnown = 10_000;
    private const int LongestToken = 16 * 1024;
    private const int LongestUser = 256;

    private readonly TokenSettings _settings;
    private readonly TimeProvider _time;
    private readonly SigningKeys _keys;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };
    private readonly ConcurrentDictionary<string, TokenClaims> _known = new(StringComparer.Ordinal);

    public TokenReader(TokenSettings settings, TimeProvider time, ILogger<TokenReader> logger)
    {
        (_settings, _time) = (settings, time);
        _keys = new SigningKeys(settings, time, logger);
    }

    /// <summary>Whether a text has the form of a token: three parts, the first one a JSON object in base64.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => text.StartsWith("eyJ", StringComparison.Ordinal) && text.Count('.') == 2;

    /// <summary>Reads a token.</summary>
    public ValueTask<TokenReading> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(token, out var claims))
        {
            if (claims.Until > _time.GetUtcNow())
            {
                return new(new TokenReading(claims, null));
            }

            _known.TryRemove(token, out _);
        }

        return CheckAsync(token, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();

    private async ValueTask<TokenReading> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > LongestToken || !_handler.CanReadToken(token))
        {
            return Refused("it is not a JWT");
        }

        JsonWebToken read;
        try
        {
            read = _handler.ReadJsonWebToken(token);
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException)
        {
            return Refused("it is not a JWT");
        }

        if (await _keys.GetAsync(read.Kid ?? "", cancellationToken) is not { } keys)
        {
            return default;
        }

        var result = await _handler.ValidateTokenAsync(token, RulesFor(keys));
        return result.IsValid ? Take(token, read, result.ClaimsIdentity) : Refused(ReasonOf(result.Exception));
    }

    private TokenValidationParameters RulesFor(IReadOnlyList<SecurityKey> keys) => new()
    {
        ValidIssuer = _settings.Issuer,
        ValidAudiences = _settings.Audience,
        IssuerSigningKeys = keys,
        RequireSignedTokens = true,
        RequireExpirationTime = true,

        // Those with two keys: what anybody can verify nobody can sign with it.
        ValidAlgorithms =
        [
            SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
            SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
            SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        ],
        LifetimeValidator = CheckLife,
    };

    private bool CheckLife(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters rules)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return notBefore is { } from && from > now + _settings.ClockSkew ? throw new SecurityTokenNotYetValidException()
            : expires is not { } until ? throw new SecurityTokenNoExpirationException()
            : EndOf(until) <= now ? throw new SecurityTokenExpiredException()
            : true;
    }

    // Some write the last second that there is: no time is after it.
    private DateTime EndOf(DateTime expires) => expires > DateTime.MaxValue - _settings.ClockSkew ? DateTime.MaxValue : expires + _settings.ClockSkew;

    private TokenReading Take(string token, JsonWebToken read, ClaimsIdentity identity)
    {
        if (identity.FindFirst(_settings.UserClaim)?.Value is not { Length: > 0 and <= LongestUser } user)
        {
            return Refused($"it does not say who it is, in {_settings.UserClaim}");
        }

        string? project = null;
        if (_settings.ProjectClaim is { } claim && (project = identity.FindFirst(claim)?.Value) is null)
        {
            return Refused($"it names no project, in {claim}");
        }

        var isAdministrator = _settings.AdminClaim is { } admin && identity.HasClaim(admin, _settings.AdminValue!);
        var claims = new TokenClaims(user, project, isAdministrator, new DateTimeOffset(EndOf(read.ValidTo), TimeSpan.Zero));

        // Who has so many has new ones all the time: those of before are hardly asked for again.
        if (_known.Count >= MostKnown)
        {
            _known.Clear();
        }

        _known[token] = claims;
        return new TokenReading(claims, null);
    }

    private static TokenReading Refused(string what) => new(null, what);

    // What the library says may repeat the token.
    private static string ReasonOf(Exception? fault) => fault switch
    {
        SecurityTokenExpiredException => "it has expired",
        SecurityTokenNotYetValidException => "its time has not come yet",
        SecurityTokenNoExpirationException => "it never ends, and must",
        SecurityTokenInvalidIssuerException => "it is of another issuer",
        SecurityTokenInvalidAudienceException => "it is for another audience",
        SecurityTokenInvalidAlgorithmException => "it is signed in a way that is not taken",
        SecurityTokenSignatureKeyNotFoundException => "the issuer does not have the key that it is signed with",
        _ => "its signature is not that of the issuer",
    };
}
