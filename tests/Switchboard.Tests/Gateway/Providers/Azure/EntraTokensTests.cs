using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.Azure;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using UpstreamAnswer = Switchboard.Testing.Upstream.UpstreamAnswer;
using UpstreamRequest = Switchboard.Gateway.Relay.Http.UpstreamRequest;

namespace Switchboard.Tests.Gateway.Providers.Azure;

public sealed class EntraTokensTests
{
    private const string Path = "/my-tenant/oauth2/v2.0/token";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_asked_for_once_and_kept_until_shortly_before_its_end()
    {
        var time = new ManualTimeProvider();
        await using var upstream = ReplayUpstream.Start().On(Path, request => Granted($"token-{request.Number}"));
        using var tokens = Tokens(upstream, time);

        var first = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignAsync(tokens)));
        time.Advance(TimeSpan.FromMinutes(54));
        var later = await SignAsync(tokens);

        Assert.All(first, authorization => Assert.Equal("Bearer token-1", authorization));
        Assert.Equal("Bearer token-1", later);
        var request = Assert.Single(upstream.Requests);
        Assert.Equal("application/x-www-form-urlencoded", request.Header("content-type"));
        Assert.Equal(
            "grant_type=client_credentials&client_id=app&client_secret=s%2Bcret&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default",
            request.BodyText);
    }

    [Fact]
    public async Task While_a_token_holds_nobody_waits_for_the_next_and_then_it_is_taken()
    {
        var time = new ManualTimeProvider();
        var held = new TaskCompletionSource();
        await using var upstream = ReplayUpstream.Start().On(Path, async (request, _) =>
        {
            if (request.Number == 2)
            {
                await held.Task;
            }

            return Granted($"token-{request.Number}");
        });
        using var tokens = Tokens(upstream, time);
        await SignAsync(tokens);

        time.Advance(TimeSpan.FromMinutes(56));
        Assert.Equal("Bearer token-1", await SignAsync(tokens));
        await upstream.WaitForRequestAsync(Token);
        await upstream.WaitForRequestAsync(Token);
        Assert.Equal("Bearer token-1", await SignAsync(tokens));
        held.SetResult();
        while (await SignAsync(tokens) != "Bearer token-2")
        {
            await Task.Delay(1, Token);
        }

        Assert.Equal(2, upstream.Requests.Count);
    }

    [Fact]
    public async Task A_token_that_has_ended_is_not_sent()
    {
        var time = new ManualTimeProvider();
        await using var upstream = ReplayUpstream.Start().On(Path, request => Granted($"token-{request.Number}"));
        using var tokens = Tokens(upstream, time);
        await SignAsync(tokens);

        time.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal("Bearer token-2", await SignAsync(tokens));
    }

    [Fact]
    public async Task Who_leaves_does_not_take_the_token_from_those_who_wait()
    {
        var held = new TaskCompletionSource();
        await using var upstream = ReplayUpstream.Start().On(Path, async (_, _) =>
        {
            await held.Task;
            return Granted("token");
        });
        using var tokens = Tokens(upstream, TimeProvider.System);
        using var leaving = new CancellationTokenSource();

        var leaver = SignAsync(tokens, leaving.Token);
        var stayer = SignAsync(tokens);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        held.SetResult();

        Assert.Equal("Bearer token", await stayer);
    }

    [Theory]
    [InlineData(401, 401, "invalid_api_key")]
    [InlineData(400, 401, "invalid_api_key")]
    [InlineData(500, 502, null)]
    [InlineData(429, 429, null)]
    public async Task A_refusal_is_told_as_what_it_is_and_never_with_the_secret(int status, int expected, string? code)
    {
        await using var upstream = ReplayUpstream.Start()
            .On(Path, _ => UpstreamAnswer.Json("""{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret s+cret provided."}""", status));
        using var tokens = Tokens(upstream, TimeProvider.System);

        var fault = await Assert.ThrowsAsync<SigningException>(() => SignAsync(tokens));

        Assert.Equal(expected, fault.Error.Status);
        Assert.DoesNotContain("s+cret", fault.Error.Body.Message, StringComparison.Ordinal);
        Assert.True(code is null || fault.Error.Body.Code == code, fault.Error.Body.Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{\"access_token\":\"two words\",\"expires_in\":3600}")]
    public async Task What_is_no_token_is_no_token(string body)
    {
        await using var upstream = ReplayUpstream.Start().On(Path, _ => UpstreamAnswer.Json(body));
        using var tokens = Tokens(upstream, TimeProvider.System);

        Assert.Equal(502, (await Assert.ThrowsAsync<SigningException>(() => SignAsync(tokens))).Error.Status);
    }

    private static UpstreamAnswer Granted(string token) =>
        UpstreamAnswer.Json($$"""{"token_type":"Bearer","expires_in":3600,"ext_expires_in":3600,"access_token":"{{token}}"}""");

    private static EntraTokens Tokens(ReplayUpstream upstream, TimeProvider time) => new(
        "eu",
        new ProviderSettings
        {
            Type = "azure",
            Endpoint = new Uri("https://eu.openai.azure.com"),
            Authority = upstream.RootUrl,
            TenantId = "my-tenant",
            ClientId = "app",
            ClientSecret = new Secret("s+cret"),
        },
        time);

    private static async Task<string?> SignAsync(EntraTokens tokens, CancellationToken? token = null) =>
        (await tokens.SignAsync(new UpstreamRequest(HttpMethod.Get, new UpstreamTarget(new Uri("http://x/"))), token ?? Token)).Authorization;
}
