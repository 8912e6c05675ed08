using System.Net;

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

    private static async Task<string> GetAsync(string path)
    {
        await using var gateway = await ServedGateway.StartAsync();
        return await gateway.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
    }
}
