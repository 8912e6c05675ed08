using Switchboard.Testing.Databases;

namespace Switchboard.Tests.Server.Storage.Records;

/// <summary>One PostgreSQL for all tests that need none of their own.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    private PostgresServer? _server;

    /// <summary>The server; skips the test where PostgreSQL is not here.</summary>
    public PostgresServer Server
    {
        get
        {
            Assert.SkipWhen(PostgresServer.SkipReason is not null, PostgresServer.SkipReason ?? "");
            return _server!;
        }
    }

    public async ValueTask InitializeAsync() =>
        _server = PostgresServer.SkipReason is null ? await PostgresServer.StartNewAsync(TestContext.Current.CancellationToken) : null;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;
}

/// <summary>The classes that share it.</summary>
[CollectionDefinition]
public sealed class OnPostgres : ICollectionFixture<SharedPostgres>;
