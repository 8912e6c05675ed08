using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Caching;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Server;
using Switchboard.Server.Draining;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Caching;

/// <summary>A served gateway with a cache, over an upstream whose answers have numbers.</summary>
internal sealed class CachedGateway : IAsyncDisposable
{
    public const string Chat = "/v1/chat/completions";

    private int _answers;

    private CachedGateway(ServedGateway gateway, ReplayUpstream upstream) => (Gateway, Upstream) = (gateway, upstream);

    public ServedGateway Gateway { get; }

    public ReplayUpstream Upstream { get; }

    /// <summary>How often the upstream was asked.</summary>
    public int Asked => Upstream.Requests.Count(request => request.Method == "POST");

    public AnswerStore Answers => Gateway.Services.GetRequiredService<GatewayRuntime>().Answers;

    public CacheCounts Counts => Answers.Counts;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public static async Task<CachedGateway> StartAsync(
        Func<CacheSettings, CacheSettings>? change = null,
        Func<GatewayConfiguration, GatewayConfiguration>? configure = null,
        ReplayUpstream? upstream = null,
        Action<IServiceCollection>? services = null)
    {
        upstream ??= ReplayUpstream.Start();
        var cache = new CacheSettings { Enabled = true };
        var configuration = new GatewayConfiguration
        {
            Cache = change?.Invoke(cache) ?? cache,
            Providers = new Dictionary<string, ProviderSettings> { ["openai"] = new() { Type = "openai", BaseUrl = upstream.BaseUrl, ApiKey = new Secret("sk-openai") } },
            Models = new Dictionary<string, ModelSettings>
            {
                ["mine"] = new() { Deployments = [new("openai", "gpt-4o-mini")] },
                ["never"] = new() { Deployments = [new("openai", "gpt-4o-mini")], CacheLife = TimeSpan.Zero },
                ["never-*"] = new() { Deployments = [new("openai", "gpt-4o-mini")], CacheLife = TimeSpan.Zero },
                ["short"] = new() { Deployments = [new("openai", "gpt-4o-mini")], CacheLife = TimeSpan.FromSeconds(10) },
            },
        };
        var gateway = await ServedGateway.StartAsync(configuration: configure?.Invoke(configuration) ?? configuration, services: services);
        var cached = new CachedGateway(gateway, upstream);
        upstream.On(Chat, request => cached.Answer(request));
        return cached;
    }

    public static string Body(string text = "Hi", string model = "mine", bool stream = false, string more = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}]{{(stream ? ",\"stream\":true" : "")}}{{more}}}""";

    public UpstreamAnswer Answer(UpstreamRequest request)
    {
        var number = Interlocked.Increment(ref _answers);
        return request.Json.TryGetProperty("stream", out var stream) && stream.GetBoolean()
            ? Stream(number)
            : UpstreamAnswer.Json(Whole($"answer {number}")).WithHeader("x-request-id", $"req_{number}").WithHeader("x-ratelimit-remaining-requests", "7").WithHeader("openai-processing-ms", "5");
    }

    public static string Whole(string text, string finish = "stop") =>
        $$$"""{"id":"x","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";

    public static UpstreamAnswer Stream(int number, int words = 3, bool isWhole = true) => UpstreamAnswer.Stream(Events(number, words, isWhole));

    public static IEnumerable<string> Events(int number, int words = 3, bool isWhole = true)
    {
        for (var i = 0; i < words; i++)
        {
            yield return ServerSentEvents.Data($$"""{"id":"s","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"s{{number}}-{{i}} "},"finish_reason":null}]}""");
        }

        if (isWhole)
        {
            yield return ServerSentEvents.Data("""{"id":"s","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
            yield return ServerSentEvents.Done;
        }
    }

    /// <summary>Asks, and reads all of the answer.</summary>
    public async Task<Reply> AskAsync(string body, string path = Chat, params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(body, path, HttpCompletionOption.ResponseContentRead, Ends, headers);
        return await Reply.OfAsync(answer, Ends);
    }

    public async Task<HttpResponseMessage> SendAsync(string body, string path, HttpCompletionOption completion, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = ServedGateway.Body(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Gateway.Client.SendAsync(request, completion, cancellationToken);
    }

    /// <summary>The rows of the ledger, once there are so many.</summary>
    public async Task<IReadOnlyList<LedgerRow>> RowsAsync(int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        var query = new LedgerQuery { From = now.AddDays(-1), Until = now.AddDays(1), Page = new RecordsQuery { Limit = 1_000 } };
        var records = Gateway.Services.GetRequiredService<ILedgerRecords>();
        var rows = await Poll.ForAsync(async () => (await records.ListAsync(query, Ends)).Data, rows => rows.Count >= count, $"{count} rows", Ends);
        Assert.Equal(count, rows.Count);
        return rows;
    }

    /// <summary>Waits until so many answers were kept: that is done behind the answer, which its caller may have before.</summary>
    public Task StoredAsync(int count) => Poll.UntilAsync(() => Counts.Stored == count, $"{count} answers to be kept", Ends);

    /// <summary>Waits until no request is running: the places at the gateway are free.</summary>
    public Task IdleAsync() => RunningAsync(0);

    /// <summary>Waits until so many requests are running.</summary>
    public Task RunningAsync(int count) =>
        Poll.UntilAsync(() => Gateway.Services.GetRequiredService<DrainState>().Running == count, $"{count} requests to be running", Ends);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record Reply(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public string? Cache => Headers.GetValueOrDefault("x-switchboard-cache");

    public static async Task<Reply> OfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply((int)answer.StatusCode, text, headers);
    }
}
