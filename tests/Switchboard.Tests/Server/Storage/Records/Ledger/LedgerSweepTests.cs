using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Ledger;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Storage.Records.Ledger;

public sealed class LedgerSweepTests
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_takes_out_what_is_kept_no_longer()
    {
        await using var test = TestDatabase.OnSqlite();
        await WriteAsync(test);

        await using var gateway = await StartAsync(test, new LedgerSettings { KeepDays = 2 });

        var records = gateway.Gateway.Services.GetRequiredService<ILedgerRecords>();
        await Poll.UntilAsync(async () => (await ListAsync(records)).Count < 3, "the sweep", Ends);
        Assert.Equal(["two", "none"], await ListAsync(records));
    }

    [Fact]
    public async Task Without_the_setting_rows_are_kept()
    {
        await using var test = TestDatabase.OnSqlite();
        await WriteAsync(test);

        await using var gateway = await StartAsync(test, new LedgerSettings());
        Assert.Equal(200, await gateway.ChatAsync(GuardedGateway.Master));

        // By the time that a call of its own is in the ledger a sweep at the start would be over or at work; the rows go oldest first.
        var records = gateway.Gateway.Services.GetRequiredService<ILedgerRecords>();
        await Poll.UntilAsync(async () => (await ListAsync(records)).Count == 4, "all rows", Ends);
    }

    private static async Task<List<string>> ListAsync(ILedgerRecords records) =>
        [.. (await records.ListAsync(new LedgerQuery { From = s_now.AddDays(-9), Until = s_now.AddDays(1) }, Ends)).Data.Select(row => row.RequestId)];

    private static Task<GuardedGateway> StartAsync(TestDatabase test, LedgerSettings ledger) =>
        GuardedGateway.StartAsync(test.Address, change: configuration => configuration with { Ledger = ledger });

    private static Task WriteAsync(TestDatabase test) =>
        new LedgerRecords(test.Open(), TimeProvider.System).AppendAsync(Guid.NewGuid(), [Row("three", 3), Row("two", 2), Row("none", 0)], Ends);

    private static LedgerRow Row(string name, int days) => new()
    {
        Id = Guid.CreateVersion7(s_now.AddDays(-days)),
        At = s_now.AddDays(-days),
        RequestId = name,
        Operation = "chat.completions",
        Model = "m",
    };
}
