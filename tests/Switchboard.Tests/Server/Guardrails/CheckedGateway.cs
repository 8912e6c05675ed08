using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Guardrails;

/// <summary>A served gateway with guardrails before one upstream, which is a provider of every dialect: <c>openai</c>, <c>claude</c>, <c>google</c>, and <c>plain</c>, which only has chat.</summary>
internal sealed class CheckedGateway : IAsyncDisposable
{
    private CheckedGateway(ReplayUpstream upstream, ServedGateway gateway, LogCapture log) => (Upstream, Gateway, Log) = (upstream, gateway, log);

    public ReplayUpstream Upstream { get; }

    public ServedGateway Gateway { get; }

    public LogCapture Log { get; }

    /// <summary>What went to the provider last.</summary>
    public string Asked => Upstream.Requests[^1].BodyText;

    public static async Task<CheckedGateway> StartAsync(IReadOnlyList<GuardrailSettings> guardrails, Action<ReplayUpstream>? script = null, Func<GatewayConfiguration, GatewayConfiguration>? change = null)
    {
        var upstream = ReplayUpstream.Start();
        script?.Invoke(upstream);
        var log = new LogCapture();
        var configuration = new GatewayConfiguration
        {
            Guardrails = guardrails,
            Providers = new Dictionary<string, ProviderSettings>
            {
                ["openai"] = Of("openai", upstream.BaseUrl),
                ["claude"] = Of("anthropic", upstream.BaseUrl),
                ["google"] = Of("gemini", new Uri(upstream.RootUrl, "v1beta")),
                ["plain"] = Of("openai", upstream.BaseUrl) with { Responses = ResponsesHandling.Chat },
            },
        };
        configuration = change?.Invoke(configuration) ?? configuration;
        Assert.Empty(ConfigurationRules.Check(configuration));
        return new CheckedGateway(upstream, await ServedGateway.StartAsync(configuration: configuration, services: services => services.AddSingleton<ILoggerFactory>(log)), log);
    }

    public static GuardrailSettings Guardrail(GuardrailCheck check, GuardrailAction action = GuardrailAction.Mask, GuardrailSide on = GuardrailSide.Both, string? name = null) =>
        new() { Name = name ?? check.ToString().ToLowerInvariant(), Check = check, Action = action, On = check == GuardrailCheck.JsonSchema ? GuardrailSide.Output : on };

    public static string Chat(string content, bool stream = false, string more = "", string model = "openai/m") =>
        $$"""{"model":"{{model}}","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":{{JsonSerializer.Serialize(content)}}}],"stream":{{(stream ? "true" : "false")}}{{more}}}""";

    /// <summary>A whole chat completion that says something.</summary>
    public static string Completion(string content, string more = "") =>
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":{{{JsonSerializer.Serialize(content)}}}},"finish_reason":"stop"{{{more}}}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    /// <summary>The stream of a chat completion that says these pieces.</summary>
    public static IEnumerable<string> Stream(params IEnumerable<string> pieces)
    {
        yield return ServerSentEvents.Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""");
        foreach (var piece in pieces)
        {
            yield return Chunk($$"""{"content":{{JsonSerializer.Serialize(piece)}}}""");
        }

        yield return Finish();
        yield return ServerSentEvents.Done;
    }

    public static string Chunk(string delta, int choice = 0) =>
        ServerSentEvents.Data($$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":{{choice}},"delta":{{delta}},"finish_reason":null}]}""");

    public static string Finish(int choice = 0) =>
        ServerSentEvents.Data($$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":{{choice}},"delta":{},"finish_reason":"stop"}]}""");

    /// <summary>What a stream says, all its pieces of a choice together.</summary>
    public static string Said(string stream, int choice = 0)
    {
        var said = new StringBuilder();
        foreach (var (_, data) in ServerSentEvents.Read(stream).Where(one => one.Data.StartsWith('{')))
        {
            var json = JsonElement.Parse(data);
            if (json.TryGetProperty("choices", out var choices))
            {
                foreach (var one in choices.EnumerateArray().Where(one => one.GetProperty("index").GetInt32() == choice))
                {
                    said.Append(one.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "");
                }
            }
        }

        return said.ToString();
    }

    public async Task<(int Status, string Body, string? Named)> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = ServedGateway.Body(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var named = answer.Headers.TryGetValues("x-switchboard-guardrails", out var names) ? string.Join(", ", names) : null;
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), named);
    }

    public Task<(int Status, string Body, string? Named)> ChatAsync(string content, bool stream = false, string more = "", params (string Name, string Value)[] headers) =>
        PostAsync("/v1/chat/completions", Chat(content, stream, more), headers);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private static ProviderSettings Of(string type, Uri baseUrl) => new() { Type = type, BaseUrl = baseUrl, ApiKey = new Secret("key-of-the-gateway") };
}
