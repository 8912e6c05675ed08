using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Endpoints;

/// <summary>Members and headers beyond the specification: what passes, what is left out, what is answered here.</summary>
public sealed class ExtensionTests
{
    private const string Extended = """{"model":"openai/m","messages":[{"role":"user","content":"Hi"}],"nvext":{"annotations":["request_id"]},"top_k":4,"chat_template_args":{},"cache_salt":"s","stop_token_ids":[1]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_default_extensions_pass_untouched_and_the_headers_of_engines_do_not()
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi");
        await using var gateway = await ServedGateway.OverAsync(upstream);

        using var response = await PostAsync(gateway, Extended, ("x-dynamo-dp-rank", "1"), ("x-tenant-id", "t"));

        var request = Assert.Single(upstream.Requests);
        Assert.Equal(Extended.Replace("openai/m", "m", StringComparison.Ordinal), request.BodyText);
        Assert.Null(request.Header("x-dynamo-dp-rank"));
        Assert.Null(request.Header("x-tenant-id"));
        Assert.False(response.Headers.Contains("x-switchboard-dropped"));
    }

    [Fact]
    public async Task A_provider_can_be_spared_them_and_the_caller_is_told()
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi");
        await using var gateway = await OverAsync(upstream, ExtensionHandling.Drop);

        using var response = await PostAsync(gateway, Extended);

        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", Assert.Single(upstream.Requests).BodyText);
        Assert.Equal(["nvext, top_k, chat_template_args, cache_salt, stop_token_ids"], response.Headers.GetValues("x-switchboard-dropped"));
    }

    [Theory]
    [InlineData(Extended, """{"model":"m","messages":[{"role":"user","content":"Hi"}],"nvext":{"annotations":["request_id"]},"top_k":4,"chat_template_args":{},"cache_salt":"t1","stop_token_ids":[1]}""")]
    [InlineData("""{"model":"openai/m","messages":[{}]}""", """{"cache_salt":"t1","model":"m","messages":[{}]}""")]
    public async Task An_engine_gets_the_headers_that_steer_it_and_a_cache_for_each_tenant(string body, string sent)
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi");
        await using var gateway = await OverAsync(upstream, ExtensionHandling.Engine);

        using var response = await PostAsync(gateway, body, ("x-dynamo-worker-instance-id", "7"), ("X-Data-Parallel-Rank", "2"), ("x-tenant-id", "t1"), ("x-other", "no"));

        var request = Assert.Single(upstream.Requests);
        Assert.Equal(sent, request.BodyText);
        Assert.Equal(("7", "2", null), (request.Header("x-dynamo-worker-instance-id"), request.Header("x-data-parallel-rank"), request.Header("x-other")));
    }

    [Fact]
    public async Task What_is_left_out_by_policy_is_named_on_the_answer()
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi");
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with { Server = new ServerSettings { Strict = true, DropUnsupported = true } });

        using var response = await PostAsync(gateway, """{"model":"openai/m","messages":[{}],"top_k":4}""");

        Assert.Equal(["top_k"], response.Headers.GetValues("x-switchboard-dropped"));
        Assert.Equal("""{"model":"m","messages":[{}]}""", Assert.Single(upstream.Requests).BodyText);
    }

    [Fact]
    public async Task A_stream_begins_with_its_request_id_where_that_is_asked_for()
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi");
        await using var gateway = await ServedGateway.OverAsync(upstream);

        using var response = await PostAsync(gateway, """{"model":"openai/m","messages":[{}],"stream":true,"nvext":{"annotations":["request_id"]}}""", ("x-request-id", "my\"id"));

        Assert.StartsWith("event: request_id\n: \"my\\\"id\"\n\ndata: {", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_left_out_is_the_configurations()
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi");
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with { Server = new ServerSettings { Defaults = new RequestDefaults { Model = "openai/usual", Temperature = 0.5 } } });

        using var response = await PostAsync(gateway, """{"messages":[{}]}""");

        Assert.True(response.IsSuccessStatusCode);
        var sent = Assert.Single(upstream.Requests).Json;
        Assert.Equal(("usual", 0.5), (sent.GetProperty("model").GetString(), sent.GetProperty("temperature").GetDouble()));
    }

    private static Task<ServedGateway> OverAsync(ReplayUpstream upstream, ExtensionHandling extensions) => ServedGateway.OverAsync(
        upstream,
        configuration => configuration with { Providers = configuration.Providers.ToDictionary(one => one.Key, one => one.Value with { Extensions = extensions }) });

    private static async Task<HttpResponseMessage> PostAsync(ServedGateway gateway, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Client.SendAsync(request, Token);
    }
}
