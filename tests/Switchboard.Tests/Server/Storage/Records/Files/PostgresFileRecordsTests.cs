namespace Switchboard.Tests.Server.Storage.Records.Files;

[Collection<OnPostgres>]
public sealed class PostgresFileRecordsTests(SharedPostgres shared) : FileRecordsTests
{
    private protected override Task<TestDatabase> CreateAsync() => TestDatabase.OnPostgresAsync(shared);
}
