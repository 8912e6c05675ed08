namespace Switchboard.Tests.Server.Storage.Records.Ledger;

[Collection<OnPostgres>]
public sealed class PostgresLedgerRecordsTests(SharedPostgres shared) : LedgerRecordsTests
{
    private protected override Task<TestDatabase> CreateAsync() => TestDatabase.OnPostgresAsync(shared);
}
