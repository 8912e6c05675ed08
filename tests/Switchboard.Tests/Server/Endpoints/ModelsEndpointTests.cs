using System.Net;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class ModelsEndpointTests
{
    private const string Parrot = """{"id":"parrot","object":"model","created":42,"owned_by":"tests","description":"Says what \"it\" hears.","context_length":7}""";

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/models")]
    [InlineData("/v1/models/")]
    public async Task The_list_has_openais_shape(string path) => Assert.Equal(
        $$"""{"object":"list","data":[{{Parrot}},{"id":"a/b","object":"model","created":0,"owned_by":"tests"}]}""",
        await GetAsync(path));

    [Theory]
    [InlineData("/v1/models/parrot")]
    [InlineData("/models/parrot")]
    public async Task One_model_is_found_by_its_name(string path) => Assert.Equal(Parrot, await GetAsync(path));

    [Theory]
    [InlineData("/v1/models/scripted/a/b", "scripted/a/b")]
    [InlineData("/v1/models/a%2Fb", "a/b")]
    [InlineData("/v1/models/a%2fb", "a/b")]
    public async Task A_name_may_hold_slashes(string path, string id) =>
        Assert.StartsWith($$"""{"id":"{{id}}",""", await GetAsync(path), StringComparison.Ordinal);

    [Fact]
    public async Task Head_gives_the_head_alone()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/v1/models/parrot");

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Parrot.Length, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_known_of_a_model_stands_beside_what_the_api_has()
    {
        var known = KnownModels.Read("""
            {"providers": {"scripted": {
              "parrot": {"context_window": 9, "max_output_tokens": 5, "capabilities": ["tools", "chat"], "prices": {"output": 10, "input": 2.50, "long_prompt": {"above": 3, "input": 5}}}
            }}}
            """u8, out _);
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["scripted"] = new() { Type = "scripted" } },
            Models = new Dictionary<string, ModelSettings> { ["best"] = new() { Deployments = [new("scripted", "parrot")] }, ["unlisted"] = new() { Deployments = [new("scripted", "gpt-4o-2024-08-06")] } },
            KnownModels = known,
        };
        await using var gateway = await ServedGateway.StartAsync(configuration: configuration);

        var best = await gateway.Client.GetStringAsync("/v1/models/best", TestContext.Current.CancellationToken);
        var unlisted = await gateway.Client.GetStringAsync("/v1/models/unlisted", TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"id":"best","object":"model","created":42,"owned_by":"tests","description":"Says what \"it\" hears.","context_length":7,"max_output_tokens":5,"capabilities":["chat","tools"],"pricing":{"currency":"USD","input":2.50,"output":10,"long_prompt":{"above":3,"input":5}}}""",
            best);
        Assert.EndsWith(
            ""","owned_by":"switchboard","context_length":128000,"max_output_tokens":16384,"capabilities":["chat","vision","tools","structured_output"]}""",
            unlisted,
            StringComparison.Ordinal);
    }

    private static async Task<string> GetAsync(string path)
    {
        await using var gateway = await ServedGateway.StartAsync();
        return await gateway.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
    }
}
