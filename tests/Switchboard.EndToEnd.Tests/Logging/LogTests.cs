using System.Text;
using System.Text.Json;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Logging;

/// <summary>The log of the real executable: what it writes to its error output and to its file.</summary>
public sealed class LogTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_a_line_for_people_and_one_for_machines()
    {
        await using var upstream = ReplayUpstream.Start().Otherwise(_ => UpstreamAnswer.Json(Answer));
        await using var gateway = await StartAsync(upstream, "logging: { requests: true }");
        await AskAsync(gateway, "request-1");
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        using var live = await client.GetAsync("/live", Cancellation);

        var line = await UntilAsync(gateway, "request-1");
        await gateway.StopAsync(StopSignal.Terminate, Cancellation);

        Assert.Matches(@"^\d\d:\d\d:\d\d info: Switchboard\.Server\.Requests\[1005\] POST /v1/chat/completions 200 [0-9.]+ ms model=relay/gpt-4o-mini deployment=relay/gpt-4o-mini tokens_in=7 tokens_out=3 request_id=request-1 trace_id=[0-9a-f]{32}$", line);
        var json = Assert.Single(JsonLines(gateway), one => one.GetProperty("event_id").GetInt32() == 1005);
        Assert.Equal(("info", "request-1", 32), (json.GetProperty("level").GetString(), json.GetProperty("request_id").GetString(), json.GetProperty("trace_id").GetString()!.Length));
        var fields = json.GetProperty("fields");
        Assert.Equal(
            ("POST", "/v1/chat/completions", 200, "relay/gpt-4o-mini", 7, 3),
            (fields.GetProperty("method").GetString(), fields.GetProperty("route").GetString(), fields.GetProperty("status").GetInt32(), fields.GetProperty("deployment").GetString(), fields.GetProperty("tokens_in").GetInt32(), fields.GetProperty("tokens_out").GetInt32()));
        Assert.DoesNotContain("/live", gateway.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_line_of_a_request_has_its_id_also_those_of_the_framework()
    {
        await using var upstream = ReplayUpstream.Start().Otherwise(_ => UpstreamAnswer.Json(Answer));
        await using var gateway = await StartAsync(upstream, "logging: { requests: true, level: trace, levels: { Microsoft: trace, System: trace }, file: { max_mb: 50 } }");
        await AskAsync(gateway, "request-1");
        await AskAsync(gateway, "request-2");
        await UntilAsync(gateway, "request-2");
        await gateway.StopAsync(StopSignal.Terminate, Cancellation);

        var lines = JsonLines(gateway).ToArray();
        string[] categories = ["Microsoft.AspNetCore.Routing.Matching.DfaMatcher", "Microsoft.AspNetCore.Routing.EndpointMiddleware", "Switchboard.Server.Requests"];
        Assert.Superset(categories.ToHashSet(), Lines(lines, "request-1").ToHashSet());
        Assert.Superset(categories.ToHashSet(), Lines(lines, "request-2").ToHashSet());

        // What routing says is of a request, all of it.
        Assert.All(lines.Where(line => line.GetProperty("category").GetString()!.StartsWith("Microsoft.AspNetCore.Routing.E", StringComparison.Ordinal) && line.TryGetProperty("fields", out var fields) && fields.TryGetProperty("EndpointName", out _)), line => Assert.True(line.TryGetProperty("request_id", out _)));
    }

    [Fact]
    public async Task Levels_follow_the_file_while_it_runs_and_so_do_the_lines_of_requests()
    {
        await using var upstream = ReplayUpstream.Start().Otherwise(_ => UpstreamAnswer.Json(Answer));
        await using var gateway = await StartAsync(upstream, "logging: { format: json }");
        await AskAsync(gateway, "silent");
        await File.WriteAllTextAsync(gateway.ConfigurationFile, Configuration(upstream, "logging: { requests: true, levels: { Microsoft.AspNetCore.Routing: debug }, format: json }"), Cancellation);
        await UntilAsync(gateway, "logging changed");
        await AskAsync(gateway, "told");
        await UntilAsync(gateway, "\"event_id\":1005");

        Assert.DoesNotContain(gateway.Errors.Split('\n'), line => line.Contains("\"event_id\":1005", StringComparison.Ordinal) && line.Contains("silent", StringComparison.Ordinal));
        Assert.Contains(gateway.Errors.Split('\n'), line => line.Contains("Microsoft.AspNetCore.Routing", StringComparison.Ordinal) && line.Contains("\"request_id\":\"told\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_is_told_once_and_the_gateway_runs()
    {
        await using var upstream = ReplayUpstream.Start().Otherwise(_ => UpstreamAnswer.Json(Answer));
        await using var gateway = await StartAsync(upstream, "logging: { requests: true, file: { folder: /dev/null/logs } }");
        await AskAsync(gateway, "request-1");
        await AskAsync(gateway, "request-2");
        await UntilAsync(gateway, "request-2");
        Assert.Equal(0, await gateway.StopAsync(StopSignal.Terminate, Cancellation));

        Assert.Single(gateway.Errors.Split('\n'), line => line.Contains("cannot be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_planted_comes_out_nowhere()
    {
        string[] planted = ["planted-master-key-0123456789abcdefgh", "planted.provider.key", "planted.redis.word", "planted-encryption-key-0123456789abcdef", "AIzaSyPlanted0123456789012345678901234"];
        await using var upstream = ReplayUpstream.Start().Otherwise(_ => UpstreamAnswer.Json($$$"""{"error":{"message":"Incorrect API key provided: {{{planted[1]}}}","type":"invalid_request_error"}}""", 401));
        await using var gateway = await GatewayProcess.StartAsync(
            new GatewayProcessOptions
            {
                Configuration = Configuration(upstream, $$"""
                    logging: { requests: true, level: trace, levels: { Microsoft: trace, System: trace } }
                    access: { master_key: {{planted[0]}} }
                    storage: { encryption_key: {{planted[3]}}, shared: "redis://:{{planted[2]}}@127.0.0.1:1/0" }
                    """),
                Arguments = [],
            },
            Cancellation);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {planted[0]}");
        using var refused = await client.PostAsync("/v1/chat/completions", Body("relay/gpt-4o-mini"), Cancellation);
        using var misplaced = await client.PostAsync("/v1/chat/completions", Body($"relay/{planted[0]}"), Cancellation);
        using var inQuery = await client.GetAsync($"/v1beta/models?key={planted[4]}", Cancellation);
        using var last = new HttpRequestMessage(HttpMethod.Get, $"/v1/{planted[0]}");
        last.Headers.Add("x-request-id", "the-last");
        using var inPath = await client.SendAsync(last, Cancellation);
        await UntilAsync(gateway, "the-last");
        await gateway.StopAsync(StopSignal.Terminate, Cancellation);

        var written = gateway.Errors + gateway.Output + File.ReadAllText(LogFile(gateway));
        Assert.Contains("the-last", written, StringComparison.Ordinal);
        Assert.All(planted, secret => Assert.DoesNotContain(secret, written, StringComparison.Ordinal));
    }

    private const string Answer = """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""";

    private static string Configuration(ReplayUpstream upstream, string more) => $$"""
        providers: { relay: { type: openai, base_url: "{{upstream.BaseUrl}}", api_key: planted.provider.key } }
        {{more}}
        """;

    private static Task<GatewayProcess> StartAsync(ReplayUpstream upstream, string more = "") =>
        GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = Configuration(upstream, more) }, Cancellation);

    private static async Task AskAsync(GatewayProcess gateway, string id)
    {
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Body("relay/gpt-4o-mini") };
        request.Headers.Add("x-request-id", id);
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using var answer = await client.SendAsync(request, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private static StringContent Body(string model) => new($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hi"}]}""", Encoding.UTF8, "application/json");

    // The last line of a request that has this in it.
    private static Task<string> UntilAsync(GatewayProcess gateway, string text) => Poll.ForAsync(
        () => Task.FromResult(gateway.Errors.Split('\n').LastOrDefault(line => line.Contains(text, StringComparison.Ordinal) && (line.Contains("1005", StringComparison.Ordinal) || line.Contains("logging changed", StringComparison.Ordinal)))),
        line => line is not null,
        $"a line with {text}",
        Cancellation)!;

    private static string[] Lines(IEnumerable<JsonElement> lines, string request) =>
        [.. lines.Where(line => line.TryGetProperty("request_id", out var id) && id.GetString() == request).Select(line => line.GetProperty("category").GetString()!).Distinct()];

    private static string LogFile(GatewayProcess gateway) => Path.Combine(gateway.Folder, "logs", "switchboard.log");

    private static IEnumerable<JsonElement> JsonLines(GatewayProcess gateway) => File.ReadAllLines(LogFile(gateway)).Select(line => JsonElement.Parse(line));
}
