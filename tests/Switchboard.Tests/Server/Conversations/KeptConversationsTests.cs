using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Conversations;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Storage.Records;

namespace Switchboard.Tests.Server.Conversations;

/// <summary>Conversations over restarts and several gateways, on either database.</summary>
public abstract class KeptConversationsTests : IAsyncLifetime
{
    private const string Id = "0198c0de-0000-7000-8000-00000000abcd";
    private const string Master = "planted-master-key-0123456789abcdefgh";

    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync() => _test = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_test is not null)
        {
            await _test.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_restart_forgets_nothing()
    {
        await using (var before = await TalkingGateway.StartAsync(_test.Address))
        {
            await before.MustSayAsync("one", Id, ""","system_prompt":"Be kind." """);
            await before.StreamAsync("two", Id);
        }

        await using var after = await TalkingGateway.StartAsync(_test.Address);
        await after.MustSayAsync("three", Id);

        Assert.Equal(["system: Be kind.", "user: one", "assistant: ONE", "user: two", "assistant: TWO", "user: three"], TalkingGateway.Texts(after.Asked[0]));
    }

    [Fact]
    public async Task Of_two_gateways_that_share_no_locks_none_overwrites_the_other()
    {
        Func<GatewayConfiguration, GatewayConfiguration> many = configuration => configuration with { Conversations = new ConversationSettings { MaxTokens = 100_000, MaxTurns = 100 } };
        await using var here = await TalkingGateway.StartAsync(_test.Address, many);
        await using var there = await TalkingGateway.StartAsync(_test.Address, many);
        await here.MustSayAsync("begin", Id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (Message: $"m{i}", Answer: await (i % 2 == 0 ? here : there).SayAsync($"m{i}", Id))));

        Assert.All(answers, one => Assert.True(one.Answer.Status is 200 or 409, one.Answer.Json.ToString()));
        var kept = await there.MessagesAsync(Id);
        Assert.Equal(
            answers.Where(one => one.Answer.Status == 200).Select(one => $"user: {one.Message}").Append("user: begin").Order(),
            kept.Where(message => message.StartsWith("user: ", StringComparison.Ordinal)).Order());
        Assert.All(kept.Chunk(2), pair => Assert.Equal(pair[0]["user: ".Length..].ToUpperInvariant(), pair[1]["assistant: ".Length..]));

        // Whoever was told that it was kept had read all that was kept before.
        var asked = here.Asked.Concat(there.Asked).Select(TalkingGateway.Texts).ToList();
        for (var i = 0; i < kept.Count; i += 2)
        {
            Assert.Contains(asked, texts => texts.SequenceEqual(kept.Take(i + 1)));
        }
    }

    [Fact]
    public async Task A_conversation_begun_here_goes_on_there()
    {
        await using var here = await TalkingGateway.StartAsync(_test.Address);
        await using var there = await TalkingGateway.StartAsync(_test.Address);

        var id = await here.MustSayAsync("one");
        await there.MustSayAsync("two", id);
        Assert.Equal(200, (await there.AskAsync("DELETE", $"/api/v1/conversations/{id}")).Status);

        Assert.Equal(["user: one", "assistant: ONE", "user: two"], TalkingGateway.Texts(there.Asked[0]));
        Assert.Equal(404, (await here.AskAsync("GET", $"/api/v1/conversations/{id}")).Status);
    }

    [Fact]
    public async Task Tenants_have_conversations_of_their_own()
    {
        await using var talking = await TalkingGateway.StartAsync(_test.Address, configuration => configuration with { Access = new AccessSettings { MasterKey = new Secret(Master) } });
        var (_, project) = await talking.AskAsync("POST", "/admin/projects", """{"name":"p"}""", Master);
        var colleagues = $$""","project_id":"{{project.GetProperty("id").GetString()}}" """;
        var (one, two, other) = (await KeyAsync("one", colleagues), await KeyAsync("two", colleagues), await KeyAsync("other", ""));

        await talking.MustSayAsync("from one", Id, key: one);
        await talking.MustSayAsync("from other", Id, key: other);
        await talking.MustSayAsync("from two", Id, key: two);

        Assert.Equal(["user: from other"], TalkingGateway.Texts(talking.Asked[1]));
        Assert.Equal(["user: from one", "assistant: FROM ONE", "user: from two"], TalkingGateway.Texts(talking.Asked[2]));
        Assert.Equal(4, (await talking.MessagesAsync(Id, two)).Count);
        Assert.Equal(200, (await talking.AskAsync("DELETE", $"/api/v1/conversations/{Id}", key: one)).Status);
        Assert.Equal(404, (await talking.AskAsync("GET", $"/api/v1/conversations/{Id}", key: two)).Status);
        Assert.Equal(2, (await talking.MessagesAsync(Id, other)).Count);
        var (_, listed) = await talking.AskAsync("GET", "/api/v1/conversations", key: one);
        Assert.Equal(0, listed.GetProperty("data").GetArrayLength());
        var (refused, told) = await talking.SayAsync("hi", key: "sk-sb-nobody");
        Assert.Equal(401, refused);
        Assert.Equal(told.GetProperty("error").GetProperty("message").GetString(), told.GetProperty("detail").GetString());

        async Task<string> KeyAsync(string name, string more)
        {
            var (status, json) = await talking.AskAsync("POST", "/admin/keys", $$"""{"name":"{{name}}"{{more}}}""", Master);
            Assert.True(status == 200, json.ToString());
            return json.GetProperty("key").GetString()!;
        }
    }

    [Fact]
    public async Task The_same_conversation_has_a_name_in_both_APIs()
    {
        await using var talking = await TalkingGateway.StartAsync(_test.Address);
        var id = await talking.MustSayAsync("one");
        var name = "conv_sb" + id.Replace("-", "", StringComparison.Ordinal);

        var (status, items) = await talking.AskAsync("GET", $"/v1/conversations/{name}/items?order=asc");
        Assert.True(status == 200, items.ToString());
        Assert.Equal(["user", "assistant"], items.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("role").GetString()));
        var (responded, response) = await talking.AskAsync("POST", "/v1/responses", $$"""{"model":"parrot","input":"two","conversation":"{{name}}"}""");
        Assert.True(responded == 200, response.ToString());
        await talking.MustSayAsync("three", id);

        Assert.Equal(["user: one", "assistant: ONE", "user: two"], TalkingGateway.Texts(talking.Asked[1]));
        Assert.Equal(["user: one", "assistant: ONE", "user: two", "assistant: TWO", "user: three"], TalkingGateway.Texts(talking.Asked[2]));
    }

    [Fact]
    public async Task Conversations_and_responses_of_OpenAIs_API_survive_a_restart()
    {
        string conversation, item, response;
        await using (var before = await TalkingGateway.StartAsync(_test.Address))
        {
            var (made, json) = await before.AskAsync("POST", "/v1/conversations", """{"metadata":{"topic":"t"},"items":[{"role":"user","content":"Remember me."}]}""");
            Assert.True(made == 200, json.ToString());
            conversation = json.GetProperty("id").GetString()!;
            var (_, items) = await before.AskAsync("GET", $"/v1/conversations/{conversation}/items");
            item = items.GetProperty("data")[0].GetProperty("id").GetString()!;
            var (_, first) = await before.AskAsync("POST", "/v1/responses", """{"model":"parrot","input":"one"}""");
            response = first.GetProperty("id").GetString()!;
        }

        await using var after = await TalkingGateway.StartAsync(_test.Address);
        var (_, read) = await after.AskAsync("GET", $"/v1/conversations/{conversation}");
        var (found, _) = await after.AskAsync("GET", $"/v1/conversations/{conversation}/items/{item}");
        var (_, second) = await after.AskAsync("POST", "/v1/responses", $$"""{"model":"parrot","input":"two","previous_response_id":"{{response}}"}""");
        var (_, third) = await after.AskAsync("POST", "/v1/responses", $$"""{"model":"parrot","input":"three","conversation":{"id":"{{conversation}}"} }""");
        var (kept, _) = await after.AskAsync("GET", $"/v1/responses/{response}");

        Assert.Equal("t", read.GetProperty("metadata").GetProperty("topic").GetString());
        Assert.Equal((200, 200), (found, kept));
        Assert.Equal("completed", second.GetProperty("status").GetString());
        Assert.Equal("completed", third.GetProperty("status").GetString());
        Assert.Equal(["user: one", "assistant: ONE", "user: two"], TalkingGateway.Texts(after.Asked[0]));
        Assert.Equal(["user: Remember me.", "user: three"], TalkingGateway.Texts(after.Asked[1]));
    }

    [Fact]
    public async Task Responses_of_one_conversation_wait_for_each_other()
    {
        await using var talking = await TalkingGateway.StartAsync(_test.Address);
        var (_, json) = await talking.AskAsync("POST", "/v1/conversations", "{}");
        var name = json.GetProperty("id").GetString()!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => talking.AskAsync("POST", "/v1/responses", $$"""{"model":"parrot","input":"m{{i}}","conversation":"{{name}}"}""")));

        Assert.All(answers, answer => Assert.True(answer.Status == 200, answer.Json.ToString()));
        Assert.Equal(Enumerable.Range(0, 6).Select(i => (2 * i) + 1), talking.Asked.Select(chat => TalkingGateway.Texts(chat).Count));
    }

    [Fact]
    public async Task Tenants_have_responses_and_conversations_of_their_own_in_OpenAIs_API()
    {
        await using var talking = await TalkingGateway.StartAsync(_test.Address, configuration => configuration with { Access = new AccessSettings { MasterKey = new Secret(Master) } });
        var (_, key) = await talking.AskAsync("POST", "/admin/keys", """{"name":"one"}""", Master);
        var (one, other) = (key.GetProperty("key").GetString(), Master);
        var (_, conversation) = await talking.AskAsync("POST", "/v1/conversations", """{"items":[{"role":"user","content":"Mine."}]}""", one);
        var (_, response) = await talking.AskAsync("POST", "/v1/responses", """{"model":"parrot","input":"one"}""", one);
        var (name, id) = (conversation.GetProperty("id").GetString(), response.GetProperty("id").GetString());

        foreach (var path in new[] { $"/v1/conversations/{name}", $"/v1/conversations/{name}/items", $"/v1/responses/{id}", $"/v1/responses/{id}/input_items" })
        {
            Assert.Equal(200, (await talking.AskAsync("GET", path, key: one)).Status);
            Assert.Equal(404, (await talking.AskAsync("GET", path, key: other)).Status);
        }

        Assert.Equal(404, (await talking.AskAsync("POST", $"/v1/conversations/{name}/items", """{"items":[{"role":"user","content":"x"}]}""", other)).Status);
        Assert.Equal(404, (await talking.AskAsync("DELETE", $"/v1/conversations/{name}", key: other)).Status);
        Assert.Equal(404, (await talking.AskAsync("DELETE", $"/v1/responses/{id}", key: other)).Status);
        Assert.Equal(404, (await talking.AskAsync("POST", "/v1/responses", $$"""{"model":"parrot","input":"x","conversation":"{{name}}"}""", other)).Status);
        Assert.Equal(400, (await talking.AskAsync("POST", "/v1/responses", $$"""{"model":"parrot","input":"x","previous_response_id":"{{id}}"}""", other)).Status);
    }

    [Fact]
    public async Task An_empty_model_is_none()
    {
        await using var talking = await TalkingGateway.StartAsync(_test.Address);
        await talking.MustSayAsync("one", Id);

        Assert.Equal(200, (await talking.AskAsync("PATCH", $"/api/v1/conversations/{Id}", """{"model":""}""")).Status);

        await talking.MustSayAsync("two", Id);
    }

    [Fact]
    public async Task An_item_of_another_surface_that_no_model_can_be_told_is_said_so()
    {
        await using var talking = await TalkingGateway.StartAsync(_test.Address);
        var (made, conversation) = await talking.AskAsync("POST", "/v1/conversations", """{"items":[{"type":"message","role":"\ud800","content":[{"type":"input_text","text":"x"}]}]}""");
        Assert.True(made is 200 or 400, conversation.ToString());
        Assert.SkipWhen(made == 400, "Such an item is not even taken.");

        var (status, answer) = await talking.SayAsync("one", Guid.Parse(ConversationIds.OfOpenAI(conversation.GetProperty("id").GetString()!)!).ToString());

        Assert.True(status == 400, answer.ToString());
        Assert.Contains("cannot be translated", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_not_used_for_long_is_gone()
    {
        var time = new ManualTimeProvider();
        await using var talking = await TalkingGateway.StartAsync(
            _test.Address,
            configuration => configuration with { Conversations = new ConversationSettings { MaxTokens = 1000, Ttl = TimeSpan.FromHours(1) } },
            services => services.AddSingleton<TimeProvider>(time));
        await talking.MustSayAsync("one", Id);
        time.Advance(TimeSpan.FromMinutes(50));
        await talking.MustSayAsync("two", Id);
        time.Advance(TimeSpan.FromMinutes(50));
        await talking.MustSayAsync("three", Id);
        time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(404, (await talking.AskAsync("GET", $"/api/v1/conversations/{Id}")).Status);
        await talking.MustSayAsync("four", Id);

        Assert.Equal([1, 3, 5, 1], talking.Asked.Select(chat => TalkingGateway.Texts(chat).Count));
    }

    private protected abstract ValueTask<TestDatabase> CreateAsync();
}

/// <summary>SQLite.</summary>
public sealed class SqliteKeptConversationsTests : KeptConversationsTests
{
    private protected override ValueTask<TestDatabase> CreateAsync() => new(TestDatabase.OnSqlite());
}

/// <summary>PostgreSQL.</summary>
[Collection<OnPostgres>]
public sealed class PostgresKeptConversationsTests(SharedPostgres shared) : KeptConversationsTests
{
    private protected override async ValueTask<TestDatabase> CreateAsync() => await TestDatabase.OnPostgresAsync(shared);
}
