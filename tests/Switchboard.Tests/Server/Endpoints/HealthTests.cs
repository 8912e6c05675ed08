using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class HealthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_tells_of_all_that_the_gateway_relies_on()
    {
        await using var gateway = await ServedGateway.StartAsync();

        var (status, health) = await HealthAsync(gateway.Client);

        Assert.Equal((HttpStatusCode.OK, "healthy"), (status, health.GetProperty("status").GetString()));
        Assert.Equal(["configuration done", "shared_state done", "keys done", "listening done"], Stages(health));
        Assert.Equal(("ok", "memory"), Dependency(health, "records"));
        Assert.Equal(("ok", "memory"), Dependency(health, "shared_state"));
        Assert.Equal(("ok", "records"), Dependency(health, "ledger"));
        Assert.Equal("""{"status":"ok","type":"scripted","deployments":1,"open_breakers":0,"cooling":0,"in_flight":0}""", health.GetProperty("providers").GetProperty("scripted").GetRawText());
    }

    [Fact]
    public async Task Where_keys_are_asked_for_only_administrators_see_more_than_whether_it_is_well()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync();

        using var nobody = await gateway.SendAsync("GET", "/health");
        using var somebody = await gateway.SendAsync("GET", "/health", null, ("Authorization", $"Bearer {key}"));
        using var master = await gateway.SendAsync("GET", "/health", null, ("Authorization", $"Bearer {GuardedGateway.Master}"));

        Assert.Equal(["status", "version", "timestamp"], await MembersAsync(nobody));
        Assert.Equal(["status", "version", "timestamp"], await MembersAsync(somebody));
        Assert.Contains("dependencies", await MembersAsync(master));
    }

    [Fact]
    public async Task A_redis_that_goes_is_told_and_requests_still_come()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellationToken: Token);
        await using var gateway = await ServedGateway.StartAsync(configuration: new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["scripted"] = new() { Type = "scripted" } },
            Storage = new() { Shared = new Secret(redis.Url), SharedTimeout = TimeSpan.FromSeconds(5) },
        });
        await UntilAsync(gateway.Client, health => Dependency(health, "shared_state") == ("ok", "redis"), "Redis is seen");

        await redis.KillAsync();

        var (status, health) = await UntilAsync(gateway.Client, health => Dependency(health, "shared_state") == ("down", "redis"), "Redis is seen to be away");
        Assert.Equal((HttpStatusCode.OK, "degraded"), (status, health.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_database_that_says_nothing_holds_no_answer_up()
    {
        // The system takes connections for it, and nobody ever says a word.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var gateway = await ServedGateway.StartAsync(configuration: new GatewayConfiguration
        {
            Access = new AccessSettings { MasterKey = new Secret(GuardedGateway.Master) },
            Providers = new Dictionary<string, ProviderSettings> { ["scripted"] = new() { Type = "scripted" } },
            Storage = new() { Records = new Secret($"postgres://u:p@{silent.LocalEndpoint}/d") },
        });
        gateway.Client.DefaultRequestHeaders.Add("Authorization", $"Bearer {GuardedGateway.Master}");

        using var ready = await gateway.Client.GetAsync("/ready", Token);
        var (status, health) = await UntilAsync(gateway.Client, health => health.TryGetProperty("dependencies", out _) && Dependency(health, "records") == ("down", "postgres"), "the database is given up");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (ready.StatusCode, ready.Headers.RetryAfter?.ToString()));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "starting"), (status, health.GetProperty("status").GetString()));
        Assert.Equal(["configuration done", "shared_state done", "keys pending", "listening done"], Stages(health));
    }

    [Fact]
    public async Task A_deployment_that_fails_shows_at_its_provider()
    {
        await using var upstream = ReplayUpstream.Start().Otherwise(_ => UpstreamAnswer.Json("""{"error":{"message":"no","type":"server_error"}}""", 500));
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with
        {
            Models = new Dictionary<string, ModelSettings> { ["m"] = new() { Deployments = [new("openai", "x")], Attempts = 1 } },
            Routing = new RoutingSettings { Breaker = new BreakerSettings { LeastCalls = 1, OpenFor = TimeSpan.FromHours(1) } },
        });

        using var answer = await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""");
        var (_, health) = await HealthAsync(gateway.Client);

        var provider = health.GetProperty("providers").GetProperty("openai");
        Assert.Equal(("down", 1, 1), (provider.GetProperty("status").GetString(), provider.GetProperty("deployments").GetInt32(), provider.GetProperty("open_breakers").GetInt32()));
        Assert.DoesNotContain("sk-openai", health.GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> HealthAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/health", Token);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(Token)));
    }

    private static Task<(HttpStatusCode Status, JsonElement Body)> UntilAsync(HttpClient client, Predicate<JsonElement> holds, string what) =>
        Poll.ForAsync(() => HealthAsync(client), answer => holds(answer.Body), what, Token);

    private static async Task<string[]> MembersAsync(HttpResponseMessage answer) =>
        [.. JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(Token)).EnumerateObject().Select(member => member.Name)];

    private static (string?, string?) Dependency(JsonElement health, string name)
    {
        var dependency = health.GetProperty("dependencies").GetProperty(name);
        return (dependency.GetProperty("status").GetString(), dependency.GetProperty("kind").GetString());
    }

    private static string[] Stages(JsonElement health) =>
        [.. health.GetProperty("startup").GetProperty("stages").EnumerateArray().Select(stage => $"{stage.GetProperty("name")} {stage.GetProperty("status")}")];
}
