using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Protocol.Operations;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Relaying;

/// <summary>The operations that the gateway does not answer itself.</summary>
public sealed class RelayedOperationTests
{
    // What the gateway answers from what it knows, or serves with a room of its own.
    private static readonly string[] s_own = ["/models", "/models/{model}"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1")]
    [InlineData("")]
    public async Task Every_operation_of_the_specification_reaches_the_provider(string prefix)
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        var operations = OpenAIOperations.All.Where(operation => !(operation.Method == "GET" && s_own.Contains(operation.Path))).ToList();

        // The ledger answers these, unless a provider is named.
        static string Named(string path) => path.StartsWith("/organization/usage/", StringComparison.Ordinal) || path == "/organization/costs" ? "?provider=openai" : "";

        foreach (var operation in operations.Where(operation => !TakesModel(operation)))
        {
            upstream.Reply(200, """{"ok":true}""");
            var path = operation.Path.Replace("{", "id-", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), prefix + path + Named(path));

            using var response = await gateway.Client.SendAsync(request, Token);

            var asked = await upstream.WaitForRequestAsync(Token);
            Assert.Equal(($"{operation.Method} /v1{path}", 200), ($"{asked.Method} {asked.Path}{asked.Query}", (int)response.StatusCode));
            Assert.Equal("""{"ok":true}""", await response.Content.ReadAsStringAsync(Token));
        }

        Assert.True(operations.Count > 270);
    }

    [Theory]
    [InlineData("?limit=2&order=asc&after=b%26c", "?limit=2&order=asc&after=b%26c")]
    [InlineData("?provider=openai&limit=2", "?limit=2")]
    [InlineData("?limit=2&%70rovider=openai&", "?limit=2")]
    [InlineData("?Provider=openai", "")]
    [InlineData("?", "")]
    [InlineData("?include[]=a&include[]=b&flag", "?include[]=a&include[]=b&flag")]
    public async Task The_query_goes_on_without_the_gateways_own_parameter(string query, string expected)
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.Reply(200, "{}");

        using var response = await gateway.Client.GetAsync($"/v1/files{query}", Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, (await upstream.WaitForRequestAsync(Token)).Query);
    }

    [Fact]
    public async Task A_call_that_runs_a_model_has_its_query_passed_on_too()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.Reply(200, """{"object":"response"}""");

        using var response = await gateway.PostAsync("/v1/responses?beta=true&provider=openai", """{"model":"m","input":"Hi"}""");

        Assert.Equal("?beta=true", (await upstream.WaitForRequestAsync(Token)).Query);
    }

    [Theory]
    [InlineData("a%20b%C3%BC:c+d@e", "a%20b%C3%BC%3Ac%2Bd%40e")]
    [InlineData("a%23b%3Fc%25d", "a%23b%3Fc%25d")]
    [InlineData("..a...", "..a...")]
    [InlineData("%FF", "%25FF")]
    public async Task An_id_is_escaped_anew(string sent, string expected)
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.Reply(200, "{}");

        var status = await SendRawAsync(gateway, $"GET /v1/files/{sent}/content HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal("HTTP/1.1 200 OK", status);
        Assert.Equal($"/v1/files/{expected}/content", (await upstream.WaitForRequestAsync(Token)).Path);
    }

    [Theory]
    [InlineData("/v1/files/..%2F..%2Fmodels")]
    [InlineData("/v1/containers/..%2fmodels/files/f")]
    [InlineData("/v1/containers/..%252Fmodels/files/f")]
    [InlineData("/v1/files/a%5Cb")]
    [InlineData("/v1/files/a\\b")]
    [InlineData("/v1/files/a%0D%0Ab")]
    [InlineData("/v1/files/a%00b")]
    [InlineData("/v1/files/a%7Fb")]
    [InlineData("/v1/vector_stores/vs_1/files/..")]
    [InlineData("/v1/vector_stores/vs_1/files/%2E%2e")]
    [InlineData("/v1/vector_stores/./vs_1")]
    [InlineData("/v1/files/x/%2e./file-1")]
    public async Task An_id_that_leads_elsewhere_is_refused(string target)
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);

        var status = await SendRawAsync(gateway, $"DELETE {target} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal("HTTP/1.1 400 Bad Request", status);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Another_method_gets_405_with_those_that_there_are()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);

        using var file = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/v1/files/file-1"), Token);
        using var model = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/v1/models/m"), Token);

        Assert.Equal("method_not_allowed", (await ErrorAnswer.ReadAsync(file)).Code);
        Assert.Equal(["DELETE", "GET"], file.Content.Headers.Allow.Order());
        Assert.Equal(["DELETE", "GET", "HEAD"], model.Content.Headers.Allow.Order());
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_body_of_any_kind_passes_with_its_type_and_length()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.Reply(201, "v=0 answer", ("Content-Type", "application/sdp"), ("x-request-id", "req_up"), ("Set-Cookie", "a=b"));

        using var response = await gateway.PostAsync("/v1/realtime/calls", "v=0 offer", "application/sdp");

        var asked = await upstream.WaitForRequestAsync(Token);
        Assert.Equal(("v=0 offer", "application/sdp", "9"), (asked.BodyText, asked.Header("Content-Type"), asked.Header("Content-Length")));
        Assert.Equal((HttpStatusCode.Created, "application/sdp"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        Assert.Equal("req_up", response.Headers.GetValues("x-switchboard-upstream-request-id").Single());
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_counted_while_it_passes()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with { Server = new ServerSettings { MaxBodyMegabytes = 1 } });
        upstream.On("/v1/files", _ => UpstreamAnswer.Json("{}"));

        using var fits = await SendChunkedAsync(gateway, 1024 * 1024);
        using var tooLarge = await SendChunkedAsync(gateway, 1024 * 1024 + 1);

        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        Assert.Equal((413, "request_too_large"), await ErrorAnswer.ReadAsync(tooLarge) is var error ? (error.Status, error.Code) : default);
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("Content-Length: 99000000", "HTTP/1.1 413 Payload Too Large")]
    [InlineData("Content-Length: 1\r\nContent-Encoding: gzip", "HTTP/1.1 415 Unsupported Media Type")]
    public async Task A_body_that_cannot_pass_is_refused_before_it_comes(string headers, string expected)
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);

        var status = await SendRawAsync(gateway, $"POST /v1/files HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n");

        Assert.Equal(expected, status);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_body_that_ends_early_ends_the_upstream_request()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.On("/v1/batches", _ => UpstreamAnswer.Json("{}"));

        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Token);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"), Token);
        }

        using var next = await gateway.Client.GetAsync("/v1/batches", Token);

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal("/v1/batches", Assert.Single(upstream.Requests).Path);
    }

    [Fact]
    public async Task Only_headers_meant_for_the_provider_reach_it()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.Reply(200, "{}");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/files/file-1/content");
        foreach (var (name, value) in new[] { ("OpenAI-Beta", "assistants=v2"), ("Range", "bytes=0-9"), ("Authorization", "Bearer mine"), ("Cookie", "a=b"), ("X-Forwarded-For", "1.2.3.4"), ("OpenAI-Organization", "org-1") })
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await gateway.Client.SendAsync(request, Token);

        var asked = await upstream.WaitForRequestAsync(Token);
        // A test beside this one may listen to spans: then their context goes along.
        Assert.Equal(["accept", "accept-encoding", "authorization", "host", "openai-beta", "range", "user-agent"], asked.Headers.Select(header => header.Key.ToLowerInvariant()).Where(name => name != "traceparent").Order());
        Assert.Equal(("assistants=v2", "bytes=0-9", "Bearer sk-openai"), (asked.Header("OpenAI-Beta"), asked.Header("Range"), asked.Header("Authorization")));
    }

    [Fact]
    public async Task Administration_has_its_own_key_where_one_is_set()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with
        {
            Providers = new Dictionary<string, ProviderSettings>
            {
                ["openai"] = configuration.Providers["openai"] with { AdminApiKey = new Secret("sk-admin-1") },
                ["plain"] = configuration.Providers["openai"],
            },
        });
        upstream.Reply(200, "{}").Reply(200, "{}").Reply(200, "{}");

        foreach (var path in new[] { "/v1/organization/users", "/v1/organization/users?provider=plain", "/v1/files" })
        {
            using var response = await gateway.Client.GetAsync(path, Token);
        }

        Assert.Equal(["Bearer sk-admin-1", "Bearer sk-openai", "Bearer sk-openai"], upstream.Requests.Select(request => request.Header("Authorization")));
    }

    [Fact]
    public async Task A_refused_key_of_administration_is_named_and_never_shown()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with
        {
            Providers = new Dictionary<string, ProviderSettings> { ["openai"] = configuration.Providers["openai"] with { AdminApiKey = new Secret("admin-secret") } },
        });
        upstream.Reply(403, """{"error":{"message":"The key admin-secret may not do this.","type":"x"}}""");

        using var response = await gateway.Client.GetAsync("/v1/organization/users", Token);

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal(403, error.Status);
        Assert.Contains("providers.openai.admin_api_key", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("admin-secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/files?provider=b", null, "b")]
    [InlineData("/v1/files", "b", "b")]
    [InlineData("/v1/files", null, "a")]
    public async Task The_provider_is_the_one_that_is_named_or_the_configured_one(string path, string? header, string expected)
    {
        await using var a = ReplayUpstream.Start();
        await using var b = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync([("a", a.BaseUrl), ("b", b.BaseUrl)], configuration => configuration with { Server = new ServerSettings { DefaultProvider = "a" } });
        a.Reply(200, "{}");
        b.Reply(200, "{}");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is not null)
        {
            request.Headers.Add("x-switchboard-provider", header);
        }

        using var response = await gateway.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single((expected == "a" ? a : b).Requests);
        Assert.Empty((expected == "a" ? b : a).Requests);
    }

    [Fact]
    public async Task A_model_is_deleted_at_its_provider_and_not_listed_from_it()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.Reply(200, """{"deleted":true}""");

        using var deleted = await gateway.Client.DeleteAsync("/v1/models/ft:gpt:me::1", Token);
        using var slashed = await gateway.Client.DeleteAsync("/v1/models/a/b", Token);

        Assert.Equal("DELETE /v1/models/ft%3Agpt%3Ame%3A%3A1", await upstream.WaitForRequestAsync(Token) is var asked ? $"{asked.Method} {asked.Path}" : "");
        Assert.Equal((400, "model"), await ErrorAnswer.ReadAsync(slashed) is var error ? (error.Status, error.Param) : default);
    }

    private static bool TakesModel(OpenAIOperation operation) =>
        Switchboard.Gateway.Requests.OperationProfile.All.Any(profile => profile.Specification.Method == operation.Method && profile.Specification.Path == operation.Path.Split('?')[0]);

    private static Task<HttpResponseMessage> SendChunkedAsync(ServedGateway gateway, int bytes)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.TransferEncodingChunked = true;
        return gateway.Client.SendAsync(request, Token);
    }

    private static async Task<string?> SendRawAsync(ServedGateway gateway, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Token);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(Token);
    }
}
