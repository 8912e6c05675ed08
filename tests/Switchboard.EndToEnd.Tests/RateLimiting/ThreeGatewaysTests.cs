using System.Net;
using System.Text;
using System.Text.Json;
using Switchboard.EndToEnd.Tests.CommandLine;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.RateLimiting;

/// <summary>Three gateway processes on one real Redis and one database.</summary>
public sealed class ThreeGatewaysTests : IDisposable
{
    private const int Requests = 10_000;
    private const int Limit = 1_000;
    private const string Master = "planted-master-key-0123456789abcdefgh";

    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-three-").FullName;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Of_ten_thousand_requests_exactly_a_thousand_get_through()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellationToken: Ends);
        await using var upstream = ReplayUpstream.Start();
        await using var first = await StartAsync(redis, upstream);
        await using var second = await StartAsync(redis, upstream);
        await using var third = await StartAsync(redis, upstream);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 16 });
        var key = await CreateKeyAsync(client, first);
        GatewayProcess[] gateways = [first, second, third];
        foreach (var gateway in gateways)
        {
            await KnownAsync(client, gateway, key);
        }

        var statuses = new int[Requests];
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 48, CancellationToken = Ends }, async (number, token) =>
            statuses[number] = await AskAsync(client, gateways[number % gateways.Length], "chat/completions", key, """{"model":"relay/gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""", token));

        Assert.Equal((Limit, Requests - Limit), (statuses.Count(status => status == 200), statuses.Count(status => status == 429)));
        Assert.Equal(Limit, upstream.Requests.Count(request => request.Path == "/v1/chat/completions"));
    }

    [Fact]
    public async Task The_command_line_says_what_of_the_budgets_was_spent()
    {
        await using var upstream = ReplayUpstream.Start();
        await using (var gateway = await StartAsync(null, upstream))
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            var key = await CreateKeyAsync(client, gateway);
            Assert.Equal(200, await AskAsync(client, gateway, "chat/completions", key, """{"model":"relay/gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""", Ends));
            Assert.Equal(0, await gateway.StopAsync(StopSignal.Terminate, Ends));
        }

        var budgets = await SwitchboardRun.ToEndAsync(["budgets"], Configuration(null, upstream));

        Assert.Equal(0, budgets.ExitCode);
        Assert.Matches(@"(?m)^provider  relay  relay  month  0\.00000315 of 5 USD \(0 %\)  until \d{4}-\d{2}-01\r?$", budgets.Output);
        Assert.Matches(@"(?m)^key  key_\w+  three  total  0\.00000315 of 1 USD \(0 %\)\r?$", budgets.Output);
    }

    private static async Task<string> CreateKeyAsync(HttpClient client, GatewayProcess gateway)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.RootUrl, "admin/keys"))
        {
            Content = new StringContent($$$"""{"name":"three","limits":{"requests_per_day":{{{Limit}}}},"budgets":[{"period":"total","amount":1}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Master}");
        using var answer = await client.SendAsync(request, Ends);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ends));
        return json.GetProperty("key").GetString()!;
    }

    // A list of models takes nothing of a limit.
    private static Task KnownAsync(HttpClient client, GatewayProcess gateway, string key) =>
        Poll.UntilAsync(async () => await AskAsync(client, gateway, "models", key, null, Ends) == (int)HttpStatusCode.OK, "the key to be known", Ends);

    private static async Task<int> AskAsync(HttpClient client, GatewayProcess gateway, string path, string key, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(gateway.RootUrl, $"v1/{path}"))
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        using var answer = await client.SendAsync(request, cancellationToken);
        return (int)answer.StatusCode;
    }

    private Task<GatewayProcess> StartAsync(RedisProcess? redis, ReplayUpstream upstream) =>
        GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = Configuration(redis, upstream) }, Ends);

    private string Configuration(RedisProcess? redis, ReplayUpstream upstream)
    {
        var facts = Path.Combine(_folder, "facts.json");
        File.WriteAllText(facts, """{"providers":{"relay":{"gpt-4o-mini":{"prices":{"input":0.15,"output":0.6}}}}}""");
        return $$"""
            access: { master_key: {{Master}} }
            model_data: {{facts}}
            storage:
              records: {{Path.Combine(_folder, "shared.db")}}
              {{(redis is null ? "" : $"shared: {redis.Url}")}}
              shared_timeout: 5s
            providers:
              relay: { type: openai, base_url: {{upstream.BaseUrl}}, api_key: sk-up, budget: { amount: 5 } }
            """;
    }
}
