namespace Switchboard.Tests.Server.Storage.Records.Files;

public sealed class SqliteFileRecordsTests : FileRecordsTests
{
    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());
}
