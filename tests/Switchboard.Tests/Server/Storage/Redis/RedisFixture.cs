using Switchboard.Gateway.Configuration;
using Switchboard.Server.Storage.Redis;
using Switchboard.Server.Storage.Redis.Resp;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Storage.Redis;

/// <summary>One Redis for the tests that leave it as it is.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    public const string Collection = "redis";

    private RedisProcess? _server;

    public RedisProcess Server
    {
        get
        {
            Assert.SkipWhen(_server is null, RedisProcess.SkipReason() ?? "");
            return _server;
        }
    }

    public async ValueTask InitializeAsync() =>
        _server = RedisProcess.SkipReason() is null ? await RedisProcess.StartAsync(cancellationToken: TestContext.Current.CancellationToken) : null;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    internal static RedisOptions Options(string url, TimeSpan? timeout = null) =>
        new(RedisUrl.TryParse(url, out var parsed, out var fault) ? parsed : throw new ArgumentException(fault), timeout ?? TimeSpan.FromSeconds(5))
        {
            ConnectTimeout = TimeLimit.Default,
            MostBackOff = TimeSpan.FromMilliseconds(200),
            ProbeEvery = TimeSpan.FromMilliseconds(50),
        };

    internal static RedisSharedState Open(RedisOptions options, UnavailableHandling handling = UnavailableHandling.Local, LogCapture? log = null, RedisScript? counters = null) =>
        new(options, handling, TimeProvider.System, log ?? new LogCapture(), counters);

    /// <summary>Asks a server something.</summary>
    internal static async Task<RespValue> AskAsync(string url, params string[] command)
    {
        await using var connection = await RedisConnector.ConnectAsync(Options(url), TimeProvider.System, TestContext.Current.CancellationToken);
        using var buffer = CommandBuffer.Of(command);
        var reply = await connection.SendAsync(buffer);
        Assert.True(reply.IsOk, reply.Value.Text);
        return reply.Value;
    }

    /// <summary>Waits until something holds.</summary>
    internal static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 3000, $"Waited in vain until {what}.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}

[CollectionDefinition(RedisFixture.Collection)]
public sealed class RedisTests : ICollectionFixture<RedisFixture>;
