using System.Net;
using System.Text.Json;
using Switchboard.Server;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class OperationsTests
{
    [Theory]
    [InlineData("/live", "live")]
    [InlineData("/ready", "ready")]
    public async Task A_running_gateway_says_so(string path, string word)
    {
        await using var gateway = await ServedGateway.StartAsync();

        var answer = await gateway.Client.GetStringAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal($$"""{"status":"{{word}}","version":"{{ProductVersion.Text}}"}""", answer);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/v1/health")]
    public async Task Its_health_has_the_time_of_day(string path)
    {
        var before = TimeProvider.System.GetUtcNow();
        await using var gateway = await ServedGateway.StartAsync();

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync(path, TestContext.Current.CancellationToken));

        Assert.Equal(["status", "version", "timestamp", "uptime_s", "requests_running", "startup", "dependencies", "providers"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("healthy", json.RootElement.GetProperty("status").GetString());
        var timestamp = json.RootElement.GetProperty("timestamp");
        Assert.EndsWith("Z", timestamp.GetString(), StringComparison.Ordinal);
        Assert.True(timestamp.GetDateTimeOffset() >= before);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1")]
    public async Task The_root_tells_programs_what_is_here(string path)
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync(path, TestContext.Current.CancellationToken));

        Assert.Equal("switchboard", json.RootElement.GetProperty("name").GetString());
        Assert.Equal(["parrot", "a/b"], json.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetString()));
        Assert.Equal(new Uri(gateway.Address, "/v1").ToString(), json.RootElement.GetProperty("base_url").GetString());
    }

    [Fact]
    public async Task The_root_shows_a_page_to_a_browser()
    {
        await using var gateway = await ServedGateway.StartAsync();
        gateway.Client.DefaultRequestHeaders.Add("Accept", "text/html,application/xhtml+xml");

        using var response = await gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);

        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("Says what &quot;it&quot; hears.", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
