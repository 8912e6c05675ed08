using System.Net;
using System.Net.Sockets;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Diagnosis;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Diagnosis;

public sealed class GatewayDoctorTests
{
    private const string Key = "sk-the-secret-of-the-box";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sound_provider_and_its_model_are_told_so()
    {
        await using var upstream = Listing("gpt-4o", "gpt-4o-mini");

        var findings = await ExamineAsync(Box(upstream.BaseUrl), ["gpt-4o"], type: "groq");

        Assert.Equal(
            [
                "ok    providers.box: groq at 127.0.0.1 answers and lists 2 models.",
                "ok    models.row.deployments[0]: 'box' lists 'gpt-4o'.",
                "warn  models.row.deployments[0]: The prices of 'gpt-4o' at 'box' are not known; a file of model_data can tell them.",
            ],
            findings.Select(finding => finding.ToString()));
        Assert.Equal($"Bearer {Key}", upstream.Requests[0].Header("authorization"));
    }

    [Fact]
    public async Task A_wrong_key_is_told_with_the_setting_that_holds_it()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Json($$$"""{"error":{"message":"Incorrect API key provided: {{{Key}}}","code":"invalid_api_key"}}""", 401));

        await AssertOneAsync(upstream.BaseUrl, Verdict.Fail, "The provider 'box' refused the gateway's key. Check providers.box.api_key.");
    }

    [Fact]
    public async Task A_refused_port_is_told_with_its_address()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.RefuseConnections();

        await AssertOneAsync(upstream.BaseUrl, Verdict.Fail, $"The provider 'box' cannot be reached: the connection was refused. Nothing listens at {upstream.BaseUrl}: start the server, or correct providers.box.base_url.");
    }

    [Fact]
    public async Task A_wrong_path_is_told_with_what_a_right_one_is()
    {
        await using var upstream = ReplayUpstream.Start();

        var finding = await ExamineOneAsync(new Uri(upstream.RootUrl, "api"));

        Assert.Equal(Verdict.Fail, finding.Verdict);
        Assert.EndsWith($"There is no list of models at {upstream.RootUrl}api/models: providers.box.base_url must go up to and with the version, such as https://host/v1.", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_something_else_is_told_so()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Text("<html>Welcome</html>", "text/html"));

        await AssertOneAsync(upstream.BaseUrl, Verdict.Fail, "The provider 'box' gave a list of models that is none. providers.box.base_url seems to lead to something that is no server of this API.");
    }

    [Fact]
    public async Task A_server_without_tls_behind_https_is_told_so()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var url = new Uri($"https://127.0.0.1:{((IPEndPoint)plain.LocalEndpoint).Port}/v1");
        var answering = AnswerInClearAsync(plain);

        await AssertOneAsync(url, Verdict.Fail, $"The provider 'box' cannot be reached: no secure connection could be made (TLS). Does the server at {url} speak https, with a certificate that this machine trusts for that name? A server without TLS needs http:// in providers.box.base_url.");
        await answering;
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/models", async (_, left) =>
        {
            await Task.Delay(Timeout.Infinite, left);
            return UpstreamAnswer.Json("{}");
        });
        var time = new ManualTimeProvider();

        var examining = ExamineAsync(Box(upstream.BaseUrl), [], time: time);
        await upstream.WaitForRequestAsync(Token);
        time.Advance(TimeSpan.FromSeconds(10));

        var finding = Assert.Single(await examining);
        Assert.Equal(Verdict.Fail, finding.Verdict);
        Assert.StartsWith("The provider 'box' did not answer within 10 s.", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_keeps_no_time_of_its_own_is_given_up_as_well()
    {
        var time = new ManualTimeProvider();
        await using var snapshot = GatewaySnapshot.Create(
            new GatewayConfiguration { Providers = new Dictionary<string, ProviderSettings> { ["box"] = new() { Type = "openai", BaseUrl = new Uri("http://127.0.0.1:1/v1") } } },
            ProviderRegistry.Default.With("openai", (_, _, _) => new Endless()),
            Provider.Services(time));

        var examining = new GatewayDoctor(snapshot, time).ExamineAsync(call: false, Token);
        Assert.False(examining.IsCompleted);
        time.Advance(GatewayDoctor.ListingDeadline);

        Assert.StartsWith("The provider 'box' did not answer within 15 s.", Assert.Single(await examining).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_at_its_limit_is_a_warning()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Json("""{"error":{"message":"Too many requests."}}""", 429));

        await AssertOneAsync(upstream.BaseUrl, Verdict.Warn, "Too many requests. The key works; it is out of its limits now.");
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_told_with_those_that_are_near()
    {
        await using var upstream = Listing("gpt-4o", "gpt-4o-mini", "text-embedding-3-small", "whisper-1");

        var findings = await ExamineAsync(Box(upstream.BaseUrl), ["gpt-4o-minni"]);

        Assert.Contains("fail  models.row.deployments[0]: 'box' does not list 'gpt-4o-minni' among its 4. Near are 'gpt-4o-mini', 'gpt-4o', 'text-embedding-3-small'.", findings.Select(finding => finding.ToString()));
    }

    [Fact]
    public async Task A_kind_that_needs_a_key_and_has_none_is_told_where_to_put_it()
    {
        await using var snapshot = GatewaySnapshot.Create(
            new GatewayConfiguration { Providers = new Dictionary<string, ProviderSettings> { ["fast"] = new() { Type = "groq" } } },
            ProviderRegistry.Default.With("groq", (name, _, _) => new FakeProvider(name, "m")),
            Provider.Services());

        var findings = await new GatewayDoctor(snapshot, TimeProvider.System).ExamineAsync(call: false, Token);

        Assert.Equal("fail  providers.fast: It has no key. Set GROQ_API_KEY, or providers.fast.api_key.", findings[0].ToString());
    }

    [Fact]
    public async Task A_call_tries_each_deployment_with_a_few_tokens()
    {
        await using var upstream = Listing("good", "text-embedding-3-small", "bad")
            .On("/v1/chat/completions", request => request.Json.GetProperty("model").GetString() == "good"
                ? UpstreamAnswer.Json("""{"id":"1","choices":[]}""")
                : UpstreamAnswer.Json("""{"error":{"message":"This model is overloaded."}}""", 500));

        var findings = await ExamineAsync(Box(upstream.BaseUrl), ["good", "text-embedding-3-small", "bad"], call: true);

        var called = findings.TakeLast(3).ToArray();
        Assert.Equal("ok    models.row.deployments[0]: It answered a short request.", called[0].ToString());
        Assert.Equal("ok    models.row.deployments[1]: It answered a short request.", called[1].ToString());
        Assert.Equal(Verdict.Fail, called[2].Verdict);
        Assert.Contains("This model is overloaded.", called[2].Message, StringComparison.Ordinal);
        var chat = upstream.Requests.First(request => request.Path == "/v1/chat/completions");
        Assert.InRange(chat.Json.GetProperty("max_tokens").GetInt32(), 1, 16);
        Assert.Single(upstream.Requests, request => request.Path == "/v1/embeddings");
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5-20250929")]
    [InlineData("llama3.2", "llama3.2:latest")]
    public async Task A_model_that_is_listed_by_its_longer_name_is_there(string model, string listed)
    {
        await using var upstream = Listing("other", listed);

        var findings = await ExamineAsync(Box(upstream.BaseUrl), [model]);

        Assert.Contains($"ok    models.row.deployments[0]: 'box' lists '{listed}'.", findings.Select(finding => finding.ToString()));
    }

    [Fact]
    public async Task What_is_neither_for_chat_nor_for_embeddings_gets_no_short_request()
    {
        await using var upstream = Listing("whisper-1");

        var findings = await ExamineAsync(Box(upstream.BaseUrl), ["whisper-1"], call: true);

        Assert.DoesNotContain(findings, finding => finding.Message.Contains("short request", StringComparison.Ordinal));
        Assert.DoesNotContain(upstream.Requests, request => request.Path != "/v1/models");
    }

    private sealed class Endless : IProvider
    {
        public string Name => "box";

        public bool Offers(ApiOperation operation) => false;

        public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new ModelListing([]);
        }
    }

    private static async Task AnswerInClearAsync(TcpListener listener)
    {
        using var caller = await listener.AcceptTcpClientAsync(Token);
        var stream = caller.GetStream();
        await stream.ReadAtLeastAsync(new byte[1024], 1, cancellationToken: Token);
        await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Token);
    }

    private static ReplayUpstream Listing(params string[] models) => ReplayUpstream.Start().On(
        "/v1/models",
        _ => UpstreamAnswer.Json($$"""{"object":"list","data":[{{string.Join(",", models.Select(model => $$"""{"id":"{{model}}"}"""))}}]}"""));

    private static ProviderSettings Box(Uri url) => new() { Type = "openai", BaseUrl = url, ApiKey = new Secret(Key) };

    private static async Task AssertOneAsync(Uri url, Verdict verdict, string message) =>
        Assert.Equal(new Finding(verdict, "providers.box", message), await ExamineOneAsync(url));

    private static async Task<Finding> ExamineOneAsync(Uri url) => Assert.Single(await ExamineAsync(Box(url), []));

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(ProviderSettings box, string[] models, bool call = false, TimeProvider? time = null, string? type = null)
    {
        time ??= TimeProvider.System;
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["box"] = type is null ? box : box with { Type = type } },
            Models = models.Length == 0 ? new Dictionary<string, ModelSettings>() : new Dictionary<string, ModelSettings> { ["row"] = new() { Deployments = [.. models.Select(model => new DeploymentSettings("box", model))] } },
        };
        await using var snapshot = GatewaySnapshot.Create(configuration, ProviderRegistry.Default, Provider.Services(time));
        var findings = await new GatewayDoctor(snapshot, time).ExamineAsync(call, Token);
        Assert.All(findings, finding => Assert.DoesNotContain(Key, finding.ToString(), StringComparison.Ordinal));
        return findings;
    }
}
