using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Switchboard.EndToEnd.Tests.BuiltIn;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Browser;

/// <summary>The console at <c>/console/</c> in a real browser, over a gateway that asks for keys.</summary>
public sealed class ConsolePageTests
{
    private const string Master = "planted-master-key-0123456789abcdefgh";
    private const string Chat = """{"model":"mine","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task An_administrator_makes_a_key_tries_a_model_sees_the_row_and_disables_the_key()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.On("/v1/chat/completions", Answer);
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = ConfigurationOver(upstream.BaseUrl) }, TestContext.Current.CancellationToken);
        var downloads = Directory.CreateDirectory(Path.Combine(gateway.Folder, "downloads")).FullName;

        var seen = await ConsoleScript.RunAsync("administrator", new { origin = gateway.RootUrl.GetLeftPart(UriPartial.Authority), master = Master, model = "mine", slow = "slow", downloads });

        // Signing in: what the gateway says is told, and nothing is asked for without a key.
        Assert.Contains("not known", Text(seen, "refused"), StringComparison.Ordinal);
        Assert.Contains("disabled", Text(seen, "lost"), StringComparison.Ordinal);
        Assert.Equal("Overview", Text(seen, "title"));
        Assert.Equal(0, seen.GetProperty("kept").GetInt32());

        // The key: shown once, in no address, and its name is nothing but text.
        Assert.StartsWith("sk-sb-", Text(seen, "key"), StringComparison.Ordinal);
        Assert.Equal((Text(seen, "name"), Text(seen, "name")), (Text(seen, "listed"), Text(seen, "keyTitle")));
        Assert.True(seen.GetProperty("isKeyGone").GetBoolean());
        Assert.False(seen.GetProperty("isTold").GetBoolean());
        Assert.False(seen.GetProperty("wasRun").GetBoolean());
        Assert.Equal("disabled", Text(seen, "state"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(gateway, Text(seen, "key")));

        // The playground, and what the ledger has of it.
        Assert.Equal("Hello <b>there</b>.", Text(seen, "answer"));
        Assert.Contains("stop", Text(seen, "result"), StringComparison.Ordinal);
        Assert.Contains("$SWITCHBOARD_KEY", Text(seen, "command"), StringComparison.Ordinal);
        Assert.Contains("Finishstopped", Text(seen, "stopped"), StringComparison.Ordinal);
        await upstream.WaitForDisconnectAsync(TestContext.Current.CancellationToken);
        Assert.Contains("200 answered", Text(seen, "row"), StringComparison.Ordinal);
        Assert.Contains("mine", Text(seen, "csv"), StringComparison.Ordinal);

        // A page of its own, wide or narrow.
        Assert.All(seen.GetProperty("narrow").EnumerateObject(), page => Assert.True(page.Value.GetInt32() <= 0, $"{page.Name} is {page.Value} wider than a phone."));
        AssertQuiet(seen);
    }

    // One event, and then nothing, until whoever asked leaves.
    private static UpstreamAnswer Answer(UpstreamRequest request)
    {
        var isSlow = request.Json.GetProperty("model").GetString() == "slow-model";
        string[] words = isSlow ? ["Wait", " for", " it"] : ["Hello ", "<b>there</b>", "."];
        var chunks = words.Select(word => ServerSentEvents.Data(JsonSerializer.Serialize(new { id = "x", @object = "chat.completion.chunk", created = 1, model = "m", choices = new[] { new { index = 0, delta = new { content = word } } } })));
        const string End = """{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";
        var answer = UpstreamAnswer.Stream([.. chunks, ServerSentEvents.Data(End), ServerSentEvents.Done]);
        return isSlow ? answer.With(Misbehaviour.HangAfterEvents(1)) : answer;
    }

    private static string ConfigurationOver(Uri upstream) => $$"""
        access: { master_key: {{Master}} }
        providers:
          openai: { type: openai, base_url: "{{upstream}}", api_key: sk-up }
        models:
          mine: { deployments: [{ provider: openai, model: gpt-4o-mini }] }
          slow: { deployments: [{ provider: openai, model: slow-model }] }
        """;

    private static async Task<HttpStatusCode> StatusAsync(GatewayProcess gateway, string key)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.RootUrl, "v1/chat/completions")) { Content = new StringContent(Chat, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static string Text(JsonElement seen, string name) => seen.GetProperty(name).GetString()!;

    /// <summary>Nothing was asked for elsewhere, and neither the page nor the browser had anything to complain of.</summary>
    internal static void AssertQuiet(JsonElement seen)
    {
        Assert.Empty(seen.GetProperty("foreign").EnumerateArray());
        Assert.Empty(seen.GetProperty("errors").EnumerateArray());
    }
}

/// <summary>The same where nobody is asked for a key.</summary>
[Collection<OnBuiltInGateway>]
public sealed class OpenConsolePageTests(BuiltInGateway gateway)
{
    [Fact]
    public async Task Without_keys_nobody_signs_in_and_the_built_in_model_answers()
    {
        var seen = await ConsoleScript.RunAsync("open", new { origin = gateway.BaseUrl.GetLeftPart(UriPartial.Authority), model = BuiltInGateway.ChatModel });

        Assert.Equal("Overview", seen.GetProperty("title").GetString());
        Assert.NotEmpty(seen.GetProperty("answer").GetString()!);
        Assert.DoesNotContain("Authorization", seen.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Contains("There is no administrator yet", seen.GetProperty("admin").GetString(), StringComparison.Ordinal);
        ConsolePageTests.AssertQuiet(seen);
    }
}
