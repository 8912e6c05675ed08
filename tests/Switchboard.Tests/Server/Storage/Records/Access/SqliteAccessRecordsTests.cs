namespace Switchboard.Tests.Server.Storage.Records.Access;

public sealed class SqliteAccessRecordsTests : AccessRecordsTests
{
    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());
}
