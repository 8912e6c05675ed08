using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Switchboard.Tests.Server.Abuse;

public sealed class LimitTests
{
    [Theory]
    [InlineData("/v1/models?x=", 414, "url_too_long")]
    [InlineData("/v1/models/", 414, "url_too_long")]
    [InlineData("/nothing/", 414, "url_too_long")]
    public async Task An_address_over_16_KB_is_refused_in_our_shape(string start, int status, string code)
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var fits = await gateway.Client.GetAsync(start + new string('a', (16 * 1024) - start.Length), TestContext.Current.CancellationToken);
        using var tooLong = await gateway.Client.GetAsync(start + new string('a', (16 * 1024) - start.Length + 1), TestContext.Current.CancellationToken);

        Assert.NotEqual(status, (int)fits.StatusCode);
        var error = await ErrorAnswer.ReadAsync(tooLong);
        Assert.Equal((status, "invalid_request_error", code), (error.Status, error.Type, error.Code));
    }

    [Fact]
    public async Task More_than_100_headers_are_refused_in_our_shape()
    {
        await using var gateway = await ServedGateway.StartAsync();

        // Host is one of them.
        using var fits = await SendAsync(gateway, 99);
        using var tooMany = await SendAsync(gateway, 100);

        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        var error = await ErrorAnswer.ReadAsync(tooMany);
        Assert.Equal((431, "headers_too_large"), (error.Status, error.Code));
    }

    [Theory]
    [InlineData("GET /v1/models?x=", 40 * 1024, " HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 414 ")]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Large: ", 40 * 1024, "\r\n\r\n", "HTTP/1.1 431 ")]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: x\r\nX", 1_000_000, ": 1\r\n\r\n", "HTTP/1.1 431 ")]
    public async Task What_is_far_too_large_is_refused_by_the_server_itself(string start, int length, string end, string status)
    {
        await using var gateway = await ServedGateway.StartAsync();

        var answer = await RawConnection.ExchangeAsync(gateway.Address, start + new string('a', length) + end);

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Far_too_many_headers_are_refused_by_the_server_itself()
    {
        await using var gateway = await ServedGateway.StartAsync();

        var answer = await RawConnection.ExchangeAsync(
            gateway.Address,
            "GET /v1/models HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"x-{i}: 1\r\n")) + "\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    // The server measures these times itself, and never shorter than it does here: a test of seconds.
    [Fact]
    public async Task Heads_and_bodies_that_trickle_are_refused_with_408()
    {
        await using var gateway = await ServedGateway.StartAsync(services: services => services.PostConfigure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1000, gracePeriod: TimeSpan.FromSeconds(1.5));
        }));

        var answers = await Task.WhenAll(
            RawConnection.ExchangeAsync(gateway.Address, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Slow: "),
            RawConnection.ExchangeAsync(gateway.Address, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"));

        Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal));
        var error = JsonElement.Parse(answers[1][answers[1].IndexOf('{', StringComparison.Ordinal)..]).GetProperty("error");
        Assert.Equal(("timeout_error", "request_timeout"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("/v1/../../etc/passwd")]
    [InlineData("/v1/models/../../../etc/passwd")]
    [InlineData("/v1/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/v1/models/..%2f..%2fetc%2fpasswd")]
    [InlineData("/v1/models/..%5c..%5cetc")]
    [InlineData("/v1/models/%00")]
    [InlineData("/v1/files/..%2fadmin?provider=scripted")]
    [InlineData("/v1/files/%2e%2e/content?provider=scripted")]
    [InlineData("/v1/files/a%0d%0aX-Injected:%201/content?provider=scripted")]
    [InlineData("//etc/passwd")]
    [InlineData("http://other.example/v1/files/../x")]
    public async Task A_path_leads_nowhere_it_should_not(string path)
    {
        var calls = 0;
        var provider = new ScriptedProvider
        {
            Answer = (call, cancellationToken) =>
            {
                calls++;
                return ScriptedProvider.RepeatAsync(call, cancellationToken);
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider);

        var answer = await RawConnection.ExchangeAsync(gateway.Address, $"GET {path} HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
        Assert.DoesNotContain("\r\nX-Injected", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, calls);
    }

    [Theory]
    [InlineData("a\tb")]
    [InlineData("a b")]
    [InlineData("\u00e9")]
    [InlineData("<script>\u0080")]
    public async Task An_id_that_is_echoed_carries_nothing_else(string id)
    {
        await using var gateway = await ServedGateway.StartAsync();

        var answer = await RawConnection.ExchangeAsync(gateway.Address, $"GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-request-id: {id}\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (200|400) ", answer);
        Assert.DoesNotContain(id, answer, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(ServedGateway gateway, int headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        for (var i = 0; i < headers; i++)
        {
            request.Headers.Add($"x-{i}", "1");
        }

        return await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
