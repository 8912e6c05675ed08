using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.Gemini;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using UpstreamAnswer = Switchboard.Testing.Upstream.UpstreamAnswer;
using UpstreamRequest = Switchboard.Gateway.Relay.Http.UpstreamRequest;

namespace Switchboard.Tests.Gateway.Providers.Gemini;

public sealed class GoogleTokensTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("switchboard-google");

    private string File => Path.Combine(_folder.FullName, "credentials.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_service_account_signs_its_question()
    {
        using var key = RSA.Create(2048);
        var time = new ManualTimeProvider();
        await using var upstream = ReplayUpstream.Start().On("/token", request => Granted($"t{request.Number}"));
        Write(new { type = "service_account", client_email = "me@p.iam", private_key_id = "k1", private_key = key.ExportPkcs8PrivateKeyPem(), token_uri = $"{upstream.RootUrl}token" });
        using var tokens = Tokens(time);

        Assert.Equal("Bearer t1", await SignAsync(tokens));
        Assert.Equal("Bearer t1", await SignAsync(tokens));
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("Bearer t2", await SignAsync(tokens));

        var form = upstream.Requests[0].BodyText.Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var parts = form["assertion"].Split('.');
        Assert.Equal("""{"alg":"RS256","typ":"JWT","kid":"k1"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(parts[1]));
        var start = time.Start.ToUnixTimeSeconds();
        Assert.Equal(("me@p.iam", "https://www.googleapis.com/auth/cloud-platform", $"{upstream.RootUrl}token", start, start + 3600),
            (claims.GetProperty("iss").GetString(), claims.GetProperty("scope").GetString(), claims.GetProperty("aud").GetString(), claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64()));
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public async Task A_user_has_signed_in_once()
    {
        await using var upstream = ReplayUpstream.Start().On("/token", _ => Granted("t"));
        Write(new { type = "authorized_user", client_id = "id", client_secret = "s", refresh_token = "r", token_uri = $"{upstream.RootUrl}token" });
        using var tokens = Tokens(TimeProvider.System);

        Assert.Equal("Bearer t", await SignAsync(tokens));
        Assert.Equal("grant_type=refresh_token&client_id=id&client_secret=s&refresh_token=r", Assert.Single(upstream.Requests).BodyText);
    }

    [Theory]
    [InlineData(null, "the file is not there")]
    [InlineData("{", "the file is no JSON")]
    [InlineData("""{"type":"external_account"}""", "of no type that is known")]
    [InlineData("""{"type":"service_account","private_key":"secret-key-text","client_email":"a"}""", "its private_key is no key")]
    [InlineData("""{"type":"authorized_user","token_uri":"http://example.com/token"}""", "its token_uri is no https URL")]
    public async Task A_file_that_cannot_be_used_is_told_as_such(string? text, string why)
    {
        if (text is not null)
        {
            await System.IO.File.WriteAllTextAsync(File, text, TestContext.Current.CancellationToken);
        }

        using var tokens = Tokens(TimeProvider.System);
        var fault = await Assert.ThrowsAsync<SigningException>(() => SignAsync(tokens));

        Assert.Equal((401, "invalid_api_key"), (fault.Error.Status, fault.Error.Body.Code));
        Assert.Contains(why, fault.Error.Body.Message, StringComparison.Ordinal);
        Assert.Contains("providers.v.credentials_file", fault.Error.Body.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key-text", fault.Error.Body.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.FullName, fault.Error.Body.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_account_is_the_gateways_fault()
    {
        await using var upstream = ReplayUpstream.Start().On("/token", _ => UpstreamAnswer.Json("""{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""", 400));
        Write(new { type = "authorized_user", client_id = "id", client_secret = "s", refresh_token = "r", token_uri = $"{upstream.RootUrl}token" });
        using var tokens = Tokens(TimeProvider.System);

        Assert.Equal(401, (await Assert.ThrowsAsync<SigningException>(() => SignAsync(tokens))).Error.Status);
    }

    private static UpstreamAnswer Granted(string token) => UpstreamAnswer.Json($$"""{"access_token":"{{token}}","expires_in":3599,"token_type":"Bearer"}""");

    private void Write(object content) => System.IO.File.WriteAllText(File, JsonSerializer.Serialize(content));

    private GoogleTokens Tokens(TimeProvider time) => new("v", new ProviderSettings { Type = "vertex", Project = "p", CredentialsFile = File }, time);

    private static async Task<string?> SignAsync(GoogleTokens tokens) =>
        (await tokens.SignAsync(new UpstreamRequest(HttpMethod.Get, new UpstreamTarget(new Uri("http://x/"))), TestContext.Current.CancellationToken)).Authorization;
}
