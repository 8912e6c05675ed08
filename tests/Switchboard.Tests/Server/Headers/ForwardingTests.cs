using System.Net;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Headers;

/// <summary>Which headers go from a caller to a provider and back. Those of a connection and those that open doors never do.</summary>
// Listening to spans changes what goes on: alone.
[Collection(Telemetry.ExportAlone.Name)]
public sealed class ForwardingTests
{
    private const string Mark = "mark-of-this-test";
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    // RFC 9110 7.6.1 and what was used before it; then credentials; then what tells of the caller's side.
    public static TheoryData<string> NotForProviders { get; } =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info",
        "Authorization", "api-key", "x-api-key", "x-goog-api-key", "Cookie", "Cookie2", "x-amz-security-token", "x-stainless-helper-method", "openai-organization", "openai-project",
        "x-switchboard-provider-key", "X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "Origin", "Referer", "User-Agent", "X-Anything",
    ];

    public static TheoryData<string> NotForCallers { get; } =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info",
        "Authorization", "api-key", "Set-Cookie", "Set-Cookie2", "WWW-Authenticate", "openai-organization", "openai-project", "Server", "Via", "Alt-Svc", "CF-Ray", "X-Anything",
        "x-switchboard-provider",
    ];

    [Theory]
    [MemberData(nameof(NotForProviders))]
    public async Task A_caller_cannot_send_it_to_a_provider(string name)
    {
        await using var gateway = await RelayedGateway.StartAsync();

        using var answer = await gateway.SendAsync(RelayedGateway.Chat(), (name, name == "Connection" ? $"{Mark}, x-named" : Mark), ("x-named", Mark));
        using var file = await SendFileAsync(gateway, name);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, gateway.Upstream.Requests.Count);
        foreach (var request in gateway.Upstream.Requests)
        {
            Assert.DoesNotContain(request.Headers, header => header.Value.Contains(Mark, StringComparison.Ordinal));
            Assert.Equal($"Bearer {RelayedGateway.Key}", request.Header("Authorization"));
        }
    }

    [Theory]
    [MemberData(nameof(NotForCallers))]
    public async Task A_provider_cannot_send_it_to_a_caller(string name)
    {
        await using var gateway = await RelayedGateway.StartAsync();
        const string Chunk = """{"choices":[{"index":0,"delta":{},"message":{"content":"x"},"finish_reason":"stop"}]}""";
        gateway.Upstream
            .Reply(UpstreamAnswer.Json(Chunk).WithHeader(name, Mark))
            .Reply(UpstreamAnswer.Stream([ServerSentEvents.Data(Chunk), ServerSentEvents.Done]).WithHeader(name, Mark))
            .Reply(UpstreamAnswer.Json("""{"error":{"message":"no"}}""", 400).WithHeader(name, Mark))
            .Reply(UpstreamAnswer.Text("bytes", "application/octet-stream").WithHeader(name, Mark));

        using var unary = await gateway.SendAsync(RelayedGateway.Chat());
        using var stream = await gateway.SendAsync(RelayedGateway.Chat(stream: true));
        using var error = await gateway.SendAsync(RelayedGateway.Chat());
        using var file = await SendFileAsync(gateway, "x-any");

        Assert.Equal([200, 200, 400, 200], new[] { unary, stream, error, file }.Select(answer => (int)answer.StatusCode));
        foreach (var answer in (HttpResponseMessage[])[unary, stream, error, file])
        {
            Assert.DoesNotContain(answer.Headers.NonValidated, header => header.Value.ToString().Contains(Mark, StringComparison.Ordinal));
            Assert.DoesNotContain(answer.Content.Headers.NonValidated, header => header.Value.ToString().Contains(Mark, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_trace_goes_on_to_the_provider()
    {
        await using var gateway = await RelayedGateway.StartAsync();

        using var answer = await gateway.SendAsync(RelayedGateway.Chat(), ("traceparent", Parent), ("tracestate", "a=1,b@c=x y"));

        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal((Parent, "a=1,b@c=x y"), (request.Header("traceparent"), request.Header("tracestate")));
    }

    [Theory]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", "a=1", false, false)]
    [InlineData(Parent + "x", "a=1", false, false)]
    [InlineData(Parent, "a=1,a=2", true, false)]
    [InlineData(Parent, "A=1", true, false)]
    public async Task A_broken_trace_does_not(string parent, string state, bool parentGoes, bool stateGoes)
    {
        await using var gateway = await RelayedGateway.StartAsync();

        using var answer = await gateway.SendAsync(RelayedGateway.Chat(), ("traceparent", parent), ("tracestate", state));

        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal((parentGoes, stateGoes), (request.Header("traceparent") is not null, request.Header("tracestate") is not null));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendFileAsync(RelayedGateway gateway, string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/files/file-1/content?provider=up");
        request.Headers.TryAddWithoutValidation(header, header == "Connection" ? $"{Mark}, x-named" : Mark);
        request.Headers.TryAddWithoutValidation("x-named", Mark);
        return await gateway.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
