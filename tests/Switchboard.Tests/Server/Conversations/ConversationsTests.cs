using System.Text.Json;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Server.Conversations;

/// <summary><c>/api/v1/conversations</c>.</summary>
public sealed class ConversationsTests
{
    private const string Nobody = "/api/v1/conversations/0198c0de-0000-7000-8000-00000000ffff";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_listed_with_what_was_used_the_youngest_first()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var first = await talking.MustSayAsync("Hello there\nand more");
        var second = await talking.MustSayAsync(string.Concat(Enumerable.Repeat("🙂", 61)));
        await talking.MustSayAsync("again", first);

        var (_, page) = await talking.AskAsync("GET", "/api/v1/conversations?limit=1");
        var (_, rest) = await talking.AskAsync("GET", $"/api/v1/conversations?limit=1&after={page.GetProperty("last_id").GetString()}");
        var (wrong, _) = await talking.AskAsync("GET", "/api/v1/conversations?after=0198c0de-0000-7000-8000-00000000ffff");

        Assert.True(page.GetProperty("has_more").GetBoolean());
        Assert.Equal(second, page.GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Equal(string.Concat(Enumerable.Repeat("🙂", 60)) + "…", page.GetProperty("data")[0].GetProperty("title").GetString());
        var one = rest.GetProperty("data")[0];
        Assert.Equal((first, "Hello there"), (one.GetProperty("conversation_id").GetString(), one.GetProperty("title").GetString()));
        Assert.Equal((2, 24), (one.GetProperty("turns").GetInt32(), one.GetProperty("total_tokens").GetInt32()));
        Assert.False(rest.GetProperty("has_more").GetBoolean());
        Assert.Equal(400, wrong);
    }

    [Fact]
    public async Task One_is_renamed_and_read()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("one");

        var (status, changed) = await talking.AskAsync("PATCH", $"/api/v1/conversations/{id}", """{"title":"Größe 漢","system_prompt":"Be short."}""");
        var (_, read) = await talking.AskAsync("GET", $"/api/v1/conversations/{id.ToUpperInvariant()}");
        await talking.MustSayAsync("two", id);

        Assert.Equal(200, status);
        Assert.Equal("Größe 漢", changed.GetProperty("title").GetString());
        Assert.Equal("Größe 漢", read.GetProperty("title").GetString());
        Assert.Equal("system: Be short.", TalkingGateway.Texts(talking.Asked[1])[0]);
    }

    [Theory]
    [InlineData("""{}""", "missing")]
    [InlineData("""{"title":7}""", "string_type")]
    [InlineData("""[]""", "model_attributes_type")]
    public async Task A_change_that_says_nothing_is_refused(string body, string type)
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("one");

        var (status, json) = await talking.AskAsync("PATCH", $"/api/v1/conversations/{id}", body);
        var (tooLong, _) = await talking.AskAsync("PATCH", $"/api/v1/conversations/{id}", $$"""{"title":"{{new string('x', 201)}}"}""");

        Assert.Equal((422, type, 422), (status, json.GetProperty("detail")[0].GetProperty("type").GetString(), tooLong));
    }

    [Fact]
    public async Task One_that_is_deleted_is_gone_and_its_id_begins_anew()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("one");

        var (_, deleted) = await talking.AskAsync("DELETE", $"/api/v1/conversations/{id}");
        var (again, _) = await talking.AskAsync("DELETE", $"/api/v1/conversations/{id}");
        var (read, _) = await talking.AskAsync("GET", $"/api/v1/conversations/{id}");
        await talking.MustSayAsync("two", id);

        Assert.True(deleted.GetProperty("deleted").GetBoolean());
        Assert.Equal((404, 404), (again, read));
        Assert.Equal(["user: two"], TalkingGateway.Texts(talking.Asked[1]));
    }

    [Theory]
    [InlineData("GET", Nobody, null)]
    [InlineData("PATCH", Nobody, """{"title":"x"}""")]
    [InlineData("DELETE", Nobody, null)]
    [InlineData("GET", Nobody + "/messages", null)]
    [InlineData("GET", Nobody + "/export", null)]
    [InlineData("GET", "/api/v1/conversations/nonsense", null)]
    public async Task What_is_not_there_is_told_to_both_kinds_of_reader(string method, string path, string? body)
    {
        await using var talking = await TalkingGateway.StartAsync();

        var (status, json) = await talking.AskAsync(method, path, body);

        Assert.Equal((404, "conversation_not_found"), (status, json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("There is no conversation", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_come_in_pages()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("one");
        await talking.MustSayAsync("two", id);

        var (_, page) = await talking.AskAsync("GET", $"/api/v1/conversations/{id}/messages?limit=3");
        var (_, rest) = await talking.AskAsync("GET", $"/api/v1/conversations/{id}/messages?limit=3&after={page.GetProperty("last_id").GetString()}");
        var (_, newest) = await talking.AskAsync("GET", $"/api/v1/conversations/{id}/messages?limit=1&order=desc");

        Assert.True(page.GetProperty("has_more").GetBoolean());
        Assert.Equal(["one", "ONE", "two"], page.GetProperty("data").EnumerateArray().Select(message => message.GetProperty("content").GetString()));
        Assert.Equal([1, 1, 2], page.GetProperty("data").EnumerateArray().Select(message => message.GetProperty("turn").GetInt32()));
        Assert.Equal("completed", page.GetProperty("data")[1].GetProperty("status").GetString());
        Assert.Equal("TWO", rest.GetProperty("data")[0].GetProperty("content").GetString());
        Assert.Equal("TWO", newest.GetProperty("data")[0].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("json", "application/json", "json")]
    [InlineData("markdown", "text/markdown", "md")]
    [InlineData("text", "text/plain", "txt")]
    public async Task One_is_exported_whole(string format, string mediaType, string ending)
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("Grüße", more: ""","system_prompt":"Be kind." """);
        for (var i = 0; i < 25; i++)
        {
            await talking.MustSayAsync($"m{i}", id);
        }

        using var answer = await talking.Gateway.Client.GetAsync($"/api/v1/conversations/{id}/export?format={format}", Ends);
        var text = await answer.Content.ReadAsStringAsync(Ends);

        Assert.Equal(mediaType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"conversation-{id}.{ending}", answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        if (format == "json")
        {
            var json = JsonElement.Parse(text);
            Assert.Equal(52, json.GetProperty("messages").GetArrayLength());
            Assert.Equal("M24", json.GetProperty("messages")[51].GetProperty("content").GetString());
        }
        else
        {
            Assert.StartsWith(
                format == "text" ? "Grüße\n\nSystem:\nBe kind.\n\nUser:\nGrüße\n\nAssistant:\nGRÜßE\n\nUser:\nm0\n\n" : "# Grüße\n\n**System**\n\nBe kind.\n\n**User**\n\nGrüße\n\n**Assistant**\n\nGRÜßE\n\n**User**\n\nm0\n\n",
                text,
                StringComparison.Ordinal);
            Assert.EndsWith("M24\n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_the_last_turns_are_read_but_all_are_kept_and_the_system_prompt_stays()
    {
        await using var talking = await TalkingGateway.StartAsync(change: configuration => configuration with { Conversations = new ConversationSettings { MaxTurns = 2, MaxTokens = 1000 } });
        var id = await talking.MustSayAsync("m0", more: ""","system_prompt":"Be kind." """);
        for (var i = 1; i < 5; i++)
        {
            await talking.MustSayAsync($"m{i}", id);
        }

        Assert.Equal(["system: Be kind.", "user: m2", "assistant: M2", "user: m3", "assistant: M3", "user: m4"], TalkingGateway.Texts(talking.Asked[4]));
        Assert.Equal(10, (await talking.MessagesAsync(id)).Count);
    }

    [Fact]
    public async Task A_budget_of_tokens_cuts_the_beginning_off()
    {
        await using var talking = await TalkingGateway.StartAsync(change: configuration => configuration with { Conversations = new ConversationSettings { MaxTokens = 300 } });
        var id = await talking.MustSayAsync(new string('a', 2000), more: ""","system_prompt":"Be kind." """);
        await talking.MustSayAsync("two", id);
        await talking.MustSayAsync("three", id);

        Assert.Equal(["system: Be kind.", "user: two", "assistant: TWO", "user: three"], TalkingGateway.Texts(talking.Asked[2]));
    }

    [Fact]
    public async Task A_small_window_of_the_model_does_the_same()
    {
        await using var talking = await TalkingGateway.StartAsync(change: configuration => configuration with { Conversations = new ConversationSettings() });
        var id = await talking.MustSayAsync("one", more: ""","system_prompt":"Be kind." """);
        await talking.MustSayAsync("two", id);

        Assert.Equal(["system: Be kind.", "user: two"], TalkingGateway.Texts(talking.Asked[1]));
    }
}
