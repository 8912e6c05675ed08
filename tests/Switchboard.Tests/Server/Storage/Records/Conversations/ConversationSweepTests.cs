using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Conversations;

namespace Switchboard.Tests.Server.Storage.Records.Conversations;

/// <summary>A gateway that nobody asks for anything.</summary>
public sealed class ConversationSweepTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Conversations_that_are_too_old_go_with_nobody_asking_and_however_many_there_are()
    {
        await using var test = TestDatabase.OnSqlite();
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(test, time, new ConversationSettings { Ttl = TimeSpan.FromHours(1) });
        var records = gateway.Gateway.Services.GetRequiredService<IConversationRecords>();
        for (var i = 0; i < 450; i++)
        {
            await records.CreateAsync(new Conversation("t", $"c{i}") { CreatedAt = time.GetUtcNow(), UpdatedAt = time.GetUtcNow() }, null, Ends);
        }

        time.Advance(TimeSpan.FromMinutes(61));

        await SweptAsync(test, time, "conversation", 0);
    }

    [Fact]
    public async Task Those_that_are_too_many_go_and_fewer_may_be_left_after_a_restart()
    {
        await using var test = TestDatabase.OnSqlite();
        var time = new ManualTimeProvider();
        await using (var gateway = await StartAsync(test, time, new ConversationSettings { MaxStored = 3 }))
        {
            var records = gateway.Gateway.Services.GetRequiredService<IConversationRecords>();
            for (var i = 0; i < 5; i++)
            {
                await records.CreateAsync(new Conversation("t", $"c{i}") { CreatedAt = time.GetUtcNow(), UpdatedAt = time.GetUtcNow().AddSeconds(i) }, null, Ends);
            }

            await SweptAsync(test, time, "conversation", 3);
        }

        await using var after = await StartAsync(test, time, new ConversationSettings { MaxStored = 2 });
        await SweptAsync(test, time, "conversation", 2);
    }

    [Fact]
    public async Task Stored_responses_go_with_nobody_asking()
    {
        await using var test = TestDatabase.OnSqlite();
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(test, time, new ConversationSettings(), new ResponseStoreSettings { MaxStored = 2 });
        var store = gateway.Gateway.Services.GetRequiredService<IResponseStore>();
        foreach (var id in new[] { "a", "b", "c", "d" })
        {
            await store.PutAsync("t", new StoredResponse(id, new byte[10], [], []), Ends);
        }

        await SweptAsync(test, time, "stored_response", 2);
    }

    private static async Task SweptAsync(TestDatabase test, ManualTimeProvider time, string table, long left)
    {
        await using var database = test.Open();
        await Poll.ForAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return database.ReadAsync(session => session.NumberAsync($"SELECT COUNT(*) FROM {Sql.Raw(table)}"), Ends);
            },
            count => count == left,
            $"{left} to be left of {table}",
            Ends);
    }

    private static Task<TalkingGateway> StartAsync(TestDatabase test, ManualTimeProvider time, ConversationSettings conversations, ResponseStoreSettings? responses = null) =>
        TalkingGateway.StartAsync(
            test.Address,
            configuration => configuration with { Conversations = conversations, Responses = responses ?? configuration.Responses },
            services => services.AddSingleton<TimeProvider>(time));
}
