using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration;
using Switchboard.Server.Configuration.Discovery;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Configuration.Discovery;

public sealed class LocalServersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("vllm", "/v1/models", "vllm", """{"object":"list","data":[{"id":"m","owned_by":"vllm"}]}""", true)]
    [InlineData("vllm", "/v1/models", "vllm", """{"object":"list","data":[{"id":"m","owned_by":"somebody"}]}""", false)]
    [InlineData("vllm", "/v1/models", "vllm", """{"object":"list","data":[{"id":"m","owned_by":"vllm"},{"id":"n","owned_by":"switchboard"}]}""", false)]
    [InlineData("llamacpp", "/v1/models", "llamacpp", """{"data":[{"id":"m","owned_by":"llamacpp"}]}""", true)]
    [InlineData("lmstudio", "/v1/models", null, """{"data":[{"id":"m","owned_by":"organization_owner"}]}""", true)]
    [InlineData("lmstudio", "/v1/models", null, """{"data":[]}""", true)]
    [InlineData("lmstudio", "/v1/models", null, """{"data":[{"id":"m","owned_by":"switchboard"}]}""", false)]
    [InlineData("lmstudio", "/v1/models", null, """{"data":{}}""", false)]
    [InlineData("lmstudio", "/v1/models", null, """[1]""", false)]
    [InlineData("lmstudio", "/v1/models", null, "<html>", false)]
    [InlineData("ollama", "/api/tags", null, """{"models":[]}""", true)]
    [InlineData("ollama", "/api/tags", null, """{"data":[]}""", false)]
    public async Task A_server_is_told_by_what_it_answers(string type, string path, string? owner, string answer, bool isFound)
    {
        await using var upstream = ReplayUpstream.Start().On(path, _ => UpstreamAnswer.Json(answer));

        var found = await FindAsync(new KnownServer(type, upstream.RootUrl.Port, path, owner));

        Assert.Equal(isFound ? [type] : [], found.Providers.Keys);
    }

    [Fact]
    public async Task What_is_found_is_a_provider_of_its_kind_or_of_openais_api()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Json("""{"data":[]}""")).On("/api/tags", _ => UpstreamAnswer.Json("""{"models":[]}"""));
        var port = upstream.RootUrl.Port;

        var found = await FindAsync(new KnownServer("lmstudio", port, "/v1/models", null), new KnownServer("ollama", port, "/api/tags", null));

        Assert.Equal(("lmstudio", new Uri($"http://127.0.0.1:{port}/v1")), (found.Providers["lmstudio"].Type, found.Providers["lmstudio"].BaseUrl));
        Assert.Equal(("openai", new Uri($"http://127.0.0.1:{port}/v1")), (found.Providers["ollama"].Type, found.Providers["ollama"].BaseUrl));
    }

    [Fact]
    public async Task A_closed_port_an_error_and_one_that_hangs_are_no_servers_and_hold_nothing_up()
    {
        await using var closed = ReplayUpstream.Start();
        closed.RefuseConnections();
        await using var failing = ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Json("""{"data":[]}""", 500));
        await using var hanging = ReplayUpstream.Start().On("/v1/models", async (_, left) =>
        {
            await Task.Delay(Timeout.Infinite, left);
            return UpstreamAnswer.Json("{}");
        });
        var time = new ManualTimeProvider();
        var servers = new LocalServers([.. new[] { closed, failing, hanging }.Select((upstream, i) => new KnownServer($"s{i}", upstream.RootUrl.Port, "/v1/models", null))], time);

        var finding = servers.AddAsync(new GatewayConfiguration(), ["openai"], Token);
        await hanging.WaitForRequestAsync(Token);
        Assert.False(finding.IsCompleted);
        time.Advance(LocalServers.Deadline);

        Assert.Empty((await finding).Providers);
    }

    [Fact]
    public async Task What_is_configured_is_not_offered_twice()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Json("""{"data":[]}"""));
        var port = upstream.RootUrl.Port;
        var configuration = new GatewayConfiguration { Providers = new Dictionary<string, ProviderSettings> { ["mine"] = new() { Type = "openai", BaseUrl = new Uri($"http://localhost:{port}/v1") } } };

        var found = await new LocalServers([new KnownServer("lmstudio", port, "/v1/models", null)], TimeProvider.System).AddAsync(configuration, ["openai"], Token);

        Assert.Equal(["mine"], found.Providers.Keys);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData(null, "", true)]
    [InlineData("server: { max_body_mb: 3 }", "", false)]
    [InlineData("server: { discover: true }", "", true)]
    [InlineData(null, "false", false)]
    public async Task Servers_are_looked_for_without_a_file_or_where_it_is_asked_for(string? yaml, string variable, bool isFound)
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Json("""{"data":[]}"""));
        using var folder = new ConfigurationFolder(yaml);
        var sources = folder.Sources(variable.Length == 0 ? [] : [("SWITCHBOARD__SERVER__DISCOVER", variable)]) with
        {
            Servers = new LocalServers([new KnownServer("lmstudio", upstream.RootUrl.Port, "/v1/models", null)], new ManualTimeProvider()),
        };

        var loaded = await ConfigurationLoader.LoadAsync(sources, cancellationToken: Token);

        Assert.Equal(isFound, loaded.Configuration!.Providers.ContainsKey("lmstudio"));
        Assert.Contains("local", loaded.Configuration.Providers.Keys);
    }

    private static Task<GatewayConfiguration> FindAsync(params KnownServer[] servers) =>
        new LocalServers(servers, new ManualTimeProvider()).AddAsync(new GatewayConfiguration(), ["openai", "lmstudio", "vllm", "llamacpp"], Token);
}
