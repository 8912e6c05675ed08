namespace Switchboard.Tests.Server.Storage.Records.Batches;

public sealed class SqliteBatchRecordsTests : BatchRecordsTests
{
    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());
}
