using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Conversations;

/// <summary>Several turns of one conversation at once.</summary>
public sealed class ConcurrentTurnsTests
{
    private const string Id = "0198c0de-0000-7000-8000-00000000abcd";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_waits_for_the_one_before_and_reads_its_answer()
    {
        await using var talking = await TalkingGateway.StartAsync(change: configuration => configuration with { Conversations = new ConversationSettings { MaxTokens = 100_000, MaxTurns = 100 } });
        var running = 0;
        var most = 0;
        talking.Before = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
        };

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => talking.MustSayAsync($"m{i}", Id)));

        Assert.Equal(1, most);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (2 * i) + 1), talking.Asked.Select(chat => TalkingGateway.Texts(chat).Count));
        var kept = await talking.MessagesAsync(Id);
        Assert.Equal(32, kept.Count);
        Assert.All(kept.Chunk(2), pair => Assert.Equal(pair[0]["user: ".Length..].ToUpperInvariant(), pair[1]["assistant: ".Length..]));
    }

    [Fact]
    public async Task Conversations_do_not_wait_for_each_other()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var both = new CountdownEvent(2);
        talking.Before = async (_, cancellationToken) =>
        {
            both.Signal();
            await Task.Run(() => both.Wait(cancellationToken), cancellationToken);
        };

        await Task.WhenAll(talking.MustSayAsync("a", Id), talking.MustSayAsync("b"));
        both.Dispose();
    }

    [Fact]
    public async Task Who_would_wait_too_long_is_told_so()
    {
        await using var talking = await TalkingGateway.StartAsync(change: configuration => configuration with { Conversations = new ConversationSettings { MaxWait = TimeSpan.Zero } });
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        talking.Before = async (_, _) =>
        {
            asked.TrySetResult();
            await answer.Task;
        };
        var first = talking.MustSayAsync("one", Id);
        await asked.Task.WaitAsync(Ends);

        using var second = await talking.PostAsync("/api/v1/chat/stream", $$"""{"message":"two","conversation_id":"{{Id}}"}""");
        answer.SetResult();
        await first;

        Assert.Equal(409, (int)second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
        Assert.Contains("conversation_busy", await second.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);
        Assert.Single(talking.Asked);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_is_forgotten()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var service = talking.Gateway.Services.GetRequiredService<ConversationService>();
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        talking.Before = async (_, _) =>
        {
            asked.TrySetResult();
            await answer.Task;
        };
        var first = talking.MustSayAsync("one", Id);
        await asked.Task.WaitAsync(Ends);
        using var leaving = new CancellationTokenSource();
        var second = talking.Gateway.Client.PostAsync("/api/v1/chat", ServedGateway.Body($$"""{"message":"two","conversation_id":"{{Id}}"}"""), leaving.Token);
        await UntilAsync(() => service.Waiting == 2);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await UntilAsync(() => service.Waiting == 1);
        answer.SetResult();
        await first;
        await talking.MustSayAsync("three", Id);

        Assert.Equal(["user: one", "assistant: ONE", "user: three", "assistant: THREE"], await talking.MessagesAsync(Id));
        await UntilAsync(() => service.Waiting == 0);
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_before_and_after_the_answer()
    {
        var away = new Away();
        await using var talking = await TalkingGateway.StartAsync(services: services => services.AddSingleton<IConversationRecords>(away));

        var (before, json) = await talking.SayAsync("one", Id);
        var askedBefore = talking.Asked.Count;
        var (after, _) = await talking.SayAsync("one");
        var (_, events) = await talking.StreamAsync("one");
        var (listed, _) = await talking.AskAsync("GET", "/api/v1/conversations");

        Assert.Equal((503, "records_unavailable", 0), (before, json.GetProperty("error").GetProperty("code").GetString(), askedBefore));
        Assert.Equal((503, 503), (after, listed));
        Assert.Equal("ONE", events[0].GetProperty("delta").GetString());
        Assert.Equal("records_unavailable", events[^1].GetProperty("error").GetProperty("code").GetString());
    }

    private static Task UntilAsync(Func<bool> condition) => Poll.UntilAsync(condition, "as many to wait as should", Ends);

    private sealed class Away : IConversationRecords
    {
        public Task<bool> CreateAsync(Conversation conversation, ConversationTurn? turn, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<bool> AddAsync(ConversationTurn turn, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<ConversationHistory?> ReadAsync(string tenant, string id, int turns, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<ConversationItem?> FindItemAsync(string tenant, string id, string item, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<RecordsPage<Conversation>?> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<RecordsPage<ConversationItem>?> ListItemsAsync(string tenant, string id, RecordsQuery query, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<Conversation?> ChangeAsync(string tenant, string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<bool> DeleteItemAsync(string tenant, string id, string item, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<int> ExpireAsync(DateTimeOffset? before, long most, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");
    }
}
