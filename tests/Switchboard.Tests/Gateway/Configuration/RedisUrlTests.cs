using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Gateway.Configuration;

public sealed class RedisUrlTests
{
    [Fact]
    public void All_that_a_url_says_is_read()
    {
        Assert.True(RedisUrl.TryParse("valkeys://me:p%40ss%3Aword@db.example:7000/5?ca=%2Fetc%2Fca.pem&sni=other&prefix=staging:&name=blue", out var url, out _));

        Assert.Equal(
            new RedisUrl
            {
                Host = "db.example",
                Port = 7000,
                UseTls = true,
                User = "me",
                Password = new Secret("p@ss:word"),
                Database = 5,
                CertificateFile = "/etc/ca.pem",
                ServerName = "other",
                Prefix = "staging:",
                ClientName = "blue",
            },
            url);
        Assert.DoesNotContain("p@ss", url.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_does_not_say_is_as_usual()
    {
        Assert.True(RedisUrl.TryParse("redis://:word@[::1]", out var url, out _));

        Assert.Equal(new RedisUrl { Host = "::1", Password = new Secret("word") }, url);
    }
}
