namespace Switchboard.Tests.Server.Storage.Records.Batches;

[Collection<OnPostgres>]
public sealed class PostgresBatchRecordsTests(SharedPostgres shared) : BatchRecordsTests
{
    private protected override Task<TestDatabase> CreateAsync() => TestDatabase.OnPostgresAsync(shared);
}
