using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Server;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Caching;

/// <summary>Who gets whose answers, and what administrators may do.</summary>
public sealed class CacheScopeTests
{
    [Fact]
    public async Task Tenants_never_see_each_others_answers()
    {
        await using var gateway = await StartAsync(CacheScope.Key);
        var (_, one) = await gateway.CreateKeyAsync();
        var (_, other) = await gateway.CreateKeyAsync();
        var (_, project) = await gateway.AdminAsync("POST", "/projects", """{"name":"p"}""");
        var inProject = $",\"project_id\":\"{project.GetProperty("id").GetString()}\"";
        var (_, third) = await gateway.CreateKeyAsync(inProject);
        var (_, fourth) = await gateway.CreateKeyAsync(inProject);

        Assert.Equal(["miss", "hit", "miss", "miss", "hit", "hit"], [await AskAsync(gateway, one), await AskAsync(gateway, one), await AskAsync(gateway, other), await AskAsync(gateway, third), await AskAsync(gateway, fourth), await AskAsync(gateway, other)]);
    }

    [Fact]
    public async Task What_is_shared_is_everybodys_who_may_have_it()
    {
        await using var gateway = await StartAsync(CacheScope.Shared);
        var (_, one) = await gateway.CreateKeyAsync();
        var (_, other) = await gateway.CreateKeyAsync();
        var (_, elsewhere) = await gateway.CreateKeyAsync(""","allowed_models":["theirs"]""");
        var (_, limited) = await gateway.CreateKeyAsync(""","allowed_providers":["other"]""");

        Assert.Equal(["miss", "hit"], [await AskAsync(gateway, one), await AskAsync(gateway, other)]);
        Assert.Equal(403, await gateway.ChatAsync(elsewhere));

        // The answer is of a provider that it may not use.
        using var refused = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(), ("Authorization", $"Bearer {limited}"));
        Assert.NotEqual(200, (int)refused.StatusCode);
    }

    [Fact]
    public async Task Administrators_see_the_cache_and_flush_it()
    {
        await using var gateway = await StartAsync(CacheScope.Key);
        var (id, key) = await gateway.CreateKeyAsync();
        var (_, other) = await gateway.CreateKeyAsync();
        await AskAsync(gateway, key);
        await AskAsync(gateway, key);
        await AskAsync(gateway, other);
        await AskAsync(gateway, key, "theirs");
        await KeptAsync(gateway, 3);

        var (_, cache) = await gateway.AdminAsync("GET", "/cache");
        Assert.Equal((true, false, 3, 1, 3), (cache.GetProperty("enabled").GetBoolean(), cache.GetProperty("shared").GetBoolean(), cache.GetProperty("entries").GetInt32(), cache.GetProperty("hits").GetInt32(), cache.GetProperty("misses").GetInt32()));
        Assert.InRange(cache.GetProperty("bytes").GetInt64(), 1, cache.GetProperty("max_bytes").GetInt64());

        var (status, _) = await gateway.AdminAsync("POST", "/cache/flush", $$"""{"tenant":"{{id}}","model":"mine"}""");
        Assert.Equal(200, status);
        Assert.Equal(["hit", "hit", "miss"], [await AskAsync(gateway, other), await AskAsync(gateway, key, "theirs"), await AskAsync(gateway, key)]);
        await gateway.AdminAsync("POST", "/cache/flush", """{"model":"theirs"}""");
        Assert.Equal(["hit", "miss"], [await AskAsync(gateway, key), await AskAsync(gateway, key, "theirs")]);
        await KeptAsync(gateway, 3);
        await gateway.AdminAsync("POST", "/cache/flush");
        Assert.Equal(0, (await gateway.AdminAsync("GET", "/cache")).Json.GetProperty("entries").GetInt32());
        Assert.Equal(["miss", "miss"], [await AskAsync(gateway, other), await AskAsync(gateway, key)]);

        var (_, audit) = await gateway.AdminAsync("GET", "/audit?limit=100");
        Assert.Equal(3, audit.GetProperty("data").EnumerateArray().Count(entry => entry.GetProperty("action").GetString() == "cache.flush"));
    }

    [Theory]
    [InlineData("""{"modle":"mine"}""", 400)]
    [InlineData("""{"model":7}""", 400)]
    [InlineData("[]", 400)]
    public async Task A_flush_that_is_a_slip_flushes_nothing(string body, int status)
    {
        await using var gateway = await StartAsync(CacheScope.Key);
        var (_, key) = await gateway.CreateKeyAsync();
        await AskAsync(gateway, key);

        Assert.Equal(status, (await gateway.AdminAsync("POST", "/cache/flush", body)).Status);
        Assert.Equal(403, (await gateway.AdminAsync("POST", "/cache/flush", "{}", key)).Status);
        Assert.Equal(403, (await gateway.AdminAsync("GET", "/cache", key: key)).Status);
        Assert.Equal("hit", await AskAsync(gateway, key));
    }

    // An answer is kept when it has left, which its caller may see a moment earlier.
    private static Task KeptAsync(GuardedGateway gateway, int count)
    {
        var answers = gateway.Gateway.Services.GetRequiredService<GatewayRuntime>().Answers;
        return Poll.UntilAsync(() => answers.Count == count, $"{count} answers to be kept", TestContext.Current.CancellationToken);
    }

    private static async Task<string> AskAsync(GuardedGateway gateway, string key, string model = "mine")
    {
        using var answer = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(model), ("Authorization", $"Bearer {key}"));
        Assert.Equal(200, (int)answer.StatusCode);
        return Assert.Single(answer.Headers.GetValues("x-switchboard-cache"));
    }

    private static async Task<GuardedGateway> StartAsync(CacheScope scope)
    {
        var gateway = await GuardedGateway.StartAsync();
        var runtime = gateway.Gateway.Services.GetRequiredService<GatewayRuntime>();
        runtime.Take(runtime.Configuration with { Cache = new CacheSettings { Enabled = true, Scope = scope } });
        return gateway;
    }
}
