using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Watching;

/// <summary>The real gateway, to which everything has happened that dashboards and alerts ask about.</summary>
internal sealed class WatchedGateway : IAsyncDisposable
{
    public const string Master = "planted-master-key-0123456789abcdefgh";

    private readonly ReplayUpstream _good = ReplayUpstream.Start();
    private readonly ReplayUpstream _bad = ReplayUpstream.Start();
    private readonly ReplayUpstream _busy = ReplayUpstream.Start();
    private readonly ReplayUpstream _slow = ReplayUpstream.Start();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private GatewayProcess? _gateway;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public Uri Url => _gateway!.RootUrl;

    public static async Task<WatchedGateway> StartAsync()
    {
        var watched = new WatchedGateway();
        try
        {
            await watched.RunAsync();
            return watched;
        }
        catch
        {
            await watched.DisposeAsync();
            throw;
        }
    }

    /// <summary>The page of metrics.</summary>
    public async Task<string> PageAsync(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, "metrics"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Master);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await _client.SendAsync(request, Ends);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Ends);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        foreach (var upstream in new[] { _good, _bad, _busy, _slow })
        {
            await upstream.DisposeAsync();
        }
    }

    private async Task RunAsync()
    {
        _bad.Otherwise(_ => UpstreamAnswer.Json("""{"error":{"message":"broken","type":"server_error"}}""", 500));
        _bad.On("/v1/chat/completions", _ => UpstreamAnswer.Json("""{"error":{"message":"broken","type":"server_error"}}""", 500));
        _busy.On("/v1/chat/completions", _ => UpstreamAnswer.Json("""{"error":{"message":"busy","type":"rate_limit"}}""", 429).WithHeader("Retry-After", "60"));
        _slow.On("/v1/chat/completions", async (_, leaves) =>
        {
            // Longer than it takes to ask another, which not every call may.
            await Task.Delay(TimeSpan.FromMilliseconds(300), leaves);
            return UpstreamAnswer.Json("""{"id":"slow","object":"chat.completion","created":1,"model":"f","choices":[{"index":0,"message":{"role":"assistant","content":"Late."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""");
        });
        _gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = Configuration() }, Ends);
        var key = await KeyAsync("""{"name":"robot"}""");
        await AskAsync(key, "fine", "Hello.");
        await AskAsync(key, "fine", "Hello.");
        await AskAsync(key, "fine", "Tell me more.", ""","stream":true""");
        await AskAsync(key, "fine", "I am ada@example.com.");
        await AskAsync(key, "unpriced", "Hello.");
        await AskAsync(key, "rescued", "Hello.");
        for (var i = 0; i < 6; i++)
        {
            await AskAsync(key, "broken", $"Hello {i}.");
            await AskAsync(key, "hedged", $"Hello {i}.");
        }

        await AskAsync(key, "busy", "Hello.");
        var small = await KeyAsync("""{"name":"small","limits":{"requests_per_minute":1}}""");
        await AskAsync(small, "fine", "One.");
        await AskAsync(small, "fine", "Two.");

        // What is counted when a call is over may come a moment after its answer.
        await Poll.UntilAsync(async () => (await PageAsync("text/plain")).Contains("""switchboard_requests_total{key="small",model="fine",outcome="failed"}""", StringComparison.Ordinal), "the calls to be counted", Ends);
    }

    private async Task<string> KeyAsync(string body)
    {
        using var answer = await SendAsync(Master, "admin/keys", body);
        var json = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ends);
        return json.GetProperty("key").GetString()!;
    }

    private async Task AskAsync(string key, string model, string text, string more = "")
    {
        using var answer = await SendAsync(key, "v1/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}]{{more}}}""");
        await answer.Content.ReadAsByteArrayAsync(Ends);
    }

    private async Task<HttpResponseMessage> SendAsync(string key, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await _client.SendAsync(request, Ends);
    }

    // Nobody is at the address of Redis: it is away.
    private string Configuration() =>
        $$"""
        access: { master_key: {{Master}} }
        storage: { shared: "redis://127.0.0.1:1" }
        cache: { enabled: true }
        guardrails:
          - { name: people, check: personal_data, kinds: [email], action: mask, on: input }
        providers:
          good: { type: openai, base_url: {{_good.BaseUrl}}, api_key: k, budget: { amount: 1000, period: month } }
          bad: { type: openai, base_url: {{_bad.BaseUrl}}, api_key: k }
          worse: { type: openai, base_url: {{_bad.BaseUrl}}, api_key: k }
          busy: { type: openai, base_url: {{_busy.BaseUrl}}, api_key: k }
          slow: { type: openai, base_url: {{_slow.BaseUrl}}, api_key: k }
        models:
          fine: { deployments: [{ provider: good, model: gpt-4o-mini, input_price: 1, output_price: 2 }] }
          unpriced: { deployments: [{ provider: good, model: nobody-knows-what-it-costs }] }
          rescued: { deployments: [{ provider: bad, model: a }], fallbacks: [fine] }
          broken: { deployments: [{ provider: bad, model: b }, { provider: worse, model: c }] }
          busy: { deployments: [{ provider: busy, model: d }, { provider: busy, model: e }] }
          hedged: { hedge_after: 1ms, deployments: [{ provider: slow, model: f }, { provider: good, model: gpt-4o-mini, priority: 1 }] }
        routing: { hedge_budget: 0 }
        """;
}
