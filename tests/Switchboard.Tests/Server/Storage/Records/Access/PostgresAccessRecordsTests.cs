namespace Switchboard.Tests.Server.Storage.Records.Access;

[Collection<OnPostgres>]
public sealed class PostgresAccessRecordsTests(SharedPostgres shared) : AccessRecordsTests
{
    private protected override Task<TestDatabase> CreateAsync() => TestDatabase.OnPostgresAsync(shared);
}
