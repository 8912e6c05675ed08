using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Access;

/// <summary>Tokens of an identity provider in place of keys, over real sockets, signed by real keys.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly ReplayUpstream _issuer = ReplayUpstream.Start();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private bool _isAway;
    private string _published = "";

    private string Issuer => new Uri(_issuer.BaseUrl!, "/realm").ToString();

    private RsaSecurityKey First => new(_rsa) { KeyId = "first" };

    private ECDsaSecurityKey Second => new(_elliptic) { KeyId = "second" };

    public ValueTask InitializeAsync()
    {
        _published = Publish(First);
        _issuer.On("/realm/.well-known/openid-configuration", _ => UpstreamAnswer.Json($$"""{"issuer":"{{Issuer}}","jwks_uri":"{{new Uri(_issuer.BaseUrl!, "/keys")}}"}"""));
        _issuer.On("/keys", _ => _isAway ? UpstreamAnswer.Json("no", 500) : UpstreamAnswer.Json(_published));
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _rsa.Dispose();
        _elliptic.Dispose();
    }

    [Fact]
    public async Task A_token_is_taken_and_its_user_is_known()
    {
        await using var gateway = await StartAsync();

        Assert.Equal((200, 200), (await gateway.ChatAsync(Token()), await gateway.ChatAsync(Token())));
        Assert.Equal(401, await gateway.ChatAsync(null));
        Assert.Equal(403, (await gateway.AdminAsync("GET", "/keys", key: Token())).Status);
        Assert.Equal(1, _issuer.Requests.Count(request => request.Path == "/keys"));

        var row = await RowAsync(gateway);
        Assert.Equal(("jwt:ada", "ada"), (row.GetProperty("key").GetString(), row.GetProperty("user").GetString()));
    }

    [Theory]
    [InlineData("expired", "it has expired")]
    [InlineData("early", "its time has not come yet")]
    [InlineData("endless", "it never ends")]
    [InlineData("issuer", "it is of another issuer")]
    [InlineData("audience", "it is for another audience")]
    [InlineData("forged", "its signature is not")]
    [InlineData("unsigned", "")]
    [InlineData("symmetric", "")]
    [InlineData("changed", "its signature is not")]
    [InlineData("nobody", "it does not say who it is")]
    [InlineData("garbage", "it is not a JWT")]
    public async Task A_token_that_proves_nothing_is_refused(string what, string says)
    {
        await using var gateway = await StartAsync();
        using var strange = RSA.Create(2048);
        var token = what switch
        {
            "expired" => Token(until: _time.Start.AddSeconds(-31)),
            "early" => Token(from: _time.Start.AddSeconds(31)),
            "endless" => Sign(new() { ["iss"] = Issuer, ["aud"] = "switchboard", ["sub"] = "ada" }, First),
            "issuer" => Token(change: claims => claims["iss"] = Issuer + "/other"),
            "audience" => Token(change: claims => claims["aud"] = "other"),
            "forged" => Token(new RsaSecurityKey(strange) { KeyId = "first" }),
            "unsigned" => Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""") + "." + Token().Split('.')[1] + ".",
            "symmetric" => Token(new SymmetricSecurityKey(_rsa.ExportSubjectPublicKeyInfo()) { KeyId = "first" }),
            "changed" => Token().Split('.') is var parts ? $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("ada", "eve", StringComparison.Ordinal))}.{parts[2]}" : "",
            "nobody" => Token(change: claims => claims.Remove("sub")),
            _ => "eyJ.x.y",
        };

        using var answer = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(), ("Authorization", $"Bearer {token}"));

        var error = await ErrorAnswer.ReadAsync(answer);
        Assert.Equal((401, "invalid_api_key"), (error.Status, error.Code));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, error.Message, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_token_that_was_good_is_not_taken_beyond_its_end()
    {
        await using var gateway = await StartAsync();
        var token = Token(until: _time.Start.AddMinutes(1));

        Assert.Equal(200, await gateway.ChatAsync(token));
        _time.Advance(TimeSpan.FromSeconds(91));
        Assert.Equal(401, await gateway.ChatAsync(token));
    }

    [Theory]
    [InlineData(253_402_300_799)]
    [InlineData(253_402_300_770)]
    [InlineData(99_999_999_999_999)]
    public async Task A_token_may_end_when_time_does(long end)
    {
        await using var gateway = await StartAsync();
        var token = Token(change: claims => claims["exp"] = end);

        Assert.Equal((200, 200), (await gateway.ChatAsync(token), await gateway.ChatAsync(token)));
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_found_and_one_that_is_not_there_is_not_asked_for_all_the_time()
    {
        await using var gateway = await StartAsync();
        Assert.Equal((200, 401, 401), (await gateway.ChatAsync(Token()), await gateway.ChatAsync(Token(Second)), await gateway.ChatAsync(Token(Second))));
        Assert.Equal(1, _issuer.Requests.Count(request => request.Path == "/keys"));

        _published = Publish(First, Second);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal((200, 200), (await gateway.ChatAsync(Token(Second)), await gateway.ChatAsync(Token())));
        Assert.Equal(2, _issuer.Requests.Count(request => request.Path == "/keys"));
    }

    [Fact]
    public async Task While_the_issuer_is_away_what_is_known_holds()
    {
        await using var gateway = await StartAsync();
        _isAway = true;
        using var away = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(), ("Authorization", $"Bearer {Token()}"));
        Assert.Equal((503, "access_unavailable"), ((int)away.StatusCode, (await ErrorAnswer.ReadAsync(away)).Code));
        Assert.True(away.Headers.Contains("Retry-After"));

        _isAway = false;
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(200, await gateway.ChatAsync(Token()));

        _isAway = true;
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(200, await gateway.ChatAsync(Token(change: claims => claims["sub"] = "eve")));
        Assert.Equal(200, await gateway.ChatAsync(GuardedGateway.Master));
    }

    [Fact]
    public async Task The_policy_of_the_project_that_a_token_names_holds()
    {
        await using var gateway = await StartAsync(tokens => tokens with { ProjectClaim = "project" });
        var team = (await gateway.AdminAsync("POST", "/teams", """{"name":"T"}""")).Json.GetProperty("id").GetString();
        var project = (await gateway.AdminAsync("POST", "/projects", $$"""{"name":"P","team_id":"{{team}}","allowed_models":["theirs"]}""")).Json.GetProperty("id").GetString()!;
        var token = Token(change: claims => claims["project"] = project);

        Assert.Equal((403, 200), (await gateway.ChatAsync(token), await gateway.ChatAsync(token, "theirs")));
        Assert.Equal(401, await gateway.ChatAsync(Token()));
        Assert.Equal(403, await gateway.ChatAsync(Token(change: claims => claims["project"] = "project_none")));
        await gateway.AdminAsync("PATCH", $"/teams/{team}", """{"disabled":true}""");
        Assert.Equal(403, await gateway.ChatAsync(token, "theirs"));
        await gateway.AdminAsync("DELETE", $"/teams/{team}");
        Assert.Equal(403, await gateway.ChatAsync(token, "theirs"));
    }

    [Theory]
    [InlineData("\"admins\"", 200)]
    [InlineData("[\"users\",\"admins\"]", 200)]
    [InlineData("[\"users\"]", 403)]
    public async Task A_claim_makes_administrators(string roles, int status)
    {
        await using var gateway = await StartAsync(tokens => tokens with { AdminClaim = "roles", AdminValue = "admins" });

        var token = Token(change: claims => claims["roles"] = JsonElement.Parse(roles));

        Assert.Equal(status, (await gateway.AdminAsync("POST", "/teams", """{"name":"T"}""", token)).Status);
        if (status == 200)
        {
            Assert.Equal("jwt:ada", (await gateway.AdminAsync("GET", "/audit")).Json.GetProperty("data")[0].GetProperty("actor").GetString());
        }
    }

    [Fact]
    public async Task Keys_of_elliptic_curves_may_stand_at_an_address_of_their_own()
    {
        _published = Publish(Second);
        await using var gateway = await StartAsync(tokens => tokens with { Issuer = "https://issuer.invalid", JwksUrl = new Uri(_issuer.BaseUrl!, "/keys"), UserClaim = "email" });

        var token = Token(Second, change: claims => (claims["iss"], claims["email"]) = ("https://issuer.invalid", "ada@example.org"));

        Assert.Equal(200, await gateway.ChatAsync(token));
        Assert.Equal("ada@example.org", (await RowAsync(gateway)).GetProperty("user").GetString());
    }

    private async Task<JsonElement> RowAsync(GuardedGateway gateway)
    {
        var rows = await Poll.ForAsync(
            async () =>
            {
                // The rows are written behind the answers, by the same clock.
                _time.Advance(TimeSpan.FromSeconds(1));
                return (await gateway.AdminAsync("GET", "/usage/rows?order=asc")).Json.GetProperty("data");
            },
            rows => rows.GetArrayLength() > 0,
            "a row",
            TestContext.Current.CancellationToken);
        return rows[0];
    }

    private static string Publish(params SecurityKey[] keys) => $$"""{"keys":[{{string.Join(',', keys.Select(Describe))}}]}""";

    private static string Describe(SecurityKey key)
    {
        var published = key is RsaSecurityKey rsa
            ? JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.Rsa.ExportParameters(false)) { KeyId = key.KeyId })
            : JsonWebKeyConverter.ConvertFromECDsaSecurityKey((ECDsaSecurityKey)key);
        var members = published.Kty == "RSA" ? $"\"n\":\"{published.N}\",\"e\":\"{published.E}\"" : $"\"crv\":\"{published.Crv}\",\"x\":\"{published.X}\",\"y\":\"{published.Y}\"";
        return $$"""{"kty":"{{published.Kty}}","kid":"{{key.KeyId}}","use":"sig",{{members}}}""";
    }

    private static string Sign(Dictionary<string, object> claims, SecurityKey key) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
        JsonSerializer.Serialize(claims),
        new SigningCredentials(key, key is RsaSecurityKey ? SecurityAlgorithms.RsaSha256 : key is ECDsaSecurityKey ? SecurityAlgorithms.EcdsaSha256 : SecurityAlgorithms.HmacSha256));

    private string Token(SecurityKey? key = null, DateTimeOffset? from = null, DateTimeOffset? until = null, Action<Dictionary<string, object>>? change = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["aud"] = "switchboard",
            ["sub"] = "ada",
            ["nbf"] = (from ?? _time.Start.AddMinutes(-1)).ToUnixTimeSeconds(),
            ["exp"] = (until ?? _time.Start.AddDays(1)).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return Sign(claims, key ?? First);
    }

    private Task<GuardedGateway> StartAsync(Func<TokenSettings, TokenSettings>? change = null)
    {
        var tokens = new TokenSettings { Issuer = Issuer, Audience = ["switchboard", "else"] };
        return GuardedGateway.StartAsync(
            services: services => services.AddSingleton<TimeProvider>(_time),
            change: configuration => configuration with { Access = configuration.Access with { Tokens = change?.Invoke(tokens) ?? tokens } });
    }
}
