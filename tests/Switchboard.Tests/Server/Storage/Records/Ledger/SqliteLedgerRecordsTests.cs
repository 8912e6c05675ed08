namespace Switchboard.Tests.Server.Storage.Records.Ledger;

public sealed class SqliteLedgerRecordsTests : LedgerRecordsTests
{
    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());
}
