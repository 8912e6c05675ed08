using System.Net;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Endpoints;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.RateLimiting;

/// <summary>Whose word counts for where a request comes from.</summary>
public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("203.0.113.9", "1.1.1.1", "203.0.113.9")]
    [InlineData("10.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "1.1.1.1,203.0.113.9,10.0.0.2 , 192.0.2.7", "203.0.113.9")]
    [InlineData("10.0.0.1", "10.9.9.9, 10.0.0.2", "10.9.9.9")]
    [InlineData("10.0.0.1", "203.0.113.9:4711", "203.0.113.9")]
    [InlineData("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("10.0.0.1", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "203.0.113.9, unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.9, unknown, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "1", "10.0.0.1")]
    [InlineData("10.0.0.1", "0x0a.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.9,", "10.0.0.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", null, "10.0.0.1")]
    public void The_last_address_that_is_none_of_a_trusted_proxy_is_who_asks(string connection, string? forwarded, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        if (forwarded is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        Assert.Equal(IPAddress.Parse(expected), new TrustedProxies(["10.0.0.0/8", "192.0.2.7"]).AddressOf(context));
    }

    [Fact]
    public void Several_headers_are_one_list_and_a_socket_has_no_address()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.1");
        context.Request.Headers["X-Forwarded-For"] = new(["1.1.1.1", "203.0.113.9", "10.0.0.2"]);
        var proxies = new TrustedProxies(["10.0.0.0/8"]);

        Assert.Equal(IPAddress.Parse("203.0.113.9"), proxies.AddressOf(context));
        context.Connection.RemoteIpAddress = null;
        Assert.Null(proxies.AddressOf(context));
    }

    [Fact]
    public async Task Nobody_gets_around_a_limit_or_into_a_network_by_writing_the_header()
    {
        await using var direct = await StartAsync();
        var (_, key) = await direct.CreateKeyAsync(""","allowed_addresses":["192.0.2.0/24"]""");
        var (_, other) = await direct.CreateKeyAsync();

        Assert.Equal(403, await ChatAsync(direct, key, "192.0.2.1"));
        Assert.Equal(200, await ChatAsync(direct, other, "192.0.2.1"));
        Assert.Equal(429, await ChatAsync(direct, other, "192.0.2.2"));
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_callers_are_told_apart_by_what_it_says()
    {
        await using var gateway = await StartAsync("127.0.0.0/8");
        var (_, inside) = await gateway.CreateKeyAsync(""","allowed_addresses":["192.0.2.0/24"]""");
        var (_, key) = await gateway.CreateKeyAsync();

        Assert.Equal(200, await ChatAsync(gateway, inside, "192.0.2.1"));
        Assert.Equal(403, await ChatAsync(gateway, inside, "192.0.2.1, 203.0.113.9"));
        Assert.Equal(200, await ChatAsync(gateway, key, "203.0.113.1"));
        Assert.Equal(429, await ChatAsync(gateway, key, "9.9.9.9, 203.0.113.1"));
        Assert.Equal(200, await ChatAsync(gateway, key, "203.0.113.2"));

        // Of version 6 the network counts: whoever has one address has them all.
        Assert.Equal(200, await ChatAsync(gateway, key, "2001:db8::1"));
        Assert.Equal(429, await ChatAsync(gateway, key, "2001:db8::2"));
    }

    private static Task<GuardedGateway> StartAsync(params string[] proxies) => GuardedGateway.StartAsync(change: configuration => configuration with
    {
        Server = new ServerSettings { TrustedProxies = proxies },
        Limits = new LimitSettings { Address = new AccessLimits { RequestsPerMinute = 1 } },
    });

    private static async Task<int> ChatAsync(GuardedGateway gateway, string key, string forwarded)
    {
        using var answer = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(), ("Authorization", $"Bearer {key}"), ("X-Forwarded-For", forwarded));
        return (int)answer.StatusCode;
    }
}
