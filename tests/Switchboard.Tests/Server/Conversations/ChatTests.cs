using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Server.Conversations;

/// <summary><c>POST /api/v1/chat</c>.</summary>
public sealed class ChatTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_answered_in_the_shape_of_the_document()
    {
        await using var talking = await TalkingGateway.StartAsync();

        using var answer = await talking.PostAsync("/api/v1/chat", """{"message":"  hello  "}""");
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ends);

        Assert.Equal("HELLO", json.GetProperty("message").GetString());
        Assert.Equal(12, json.GetProperty("tokens_used").GetInt32());
        Assert.Equal("parrot-1", json.GetProperty("model").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("cost_estimate").ValueKind);
        Assert.True(json.GetProperty("timestamp").TryGetDateTimeOffset(out _));
        Assert.True(Guid.TryParseExact(json.GetProperty("conversation_id").GetString(), "D", out _));
        Assert.Equal(json.GetProperty("conversation_id").GetString(), answer.Headers.GetValues("x-conversation-id").Single());
        Assert.True(double.Parse(answer.Headers.GetValues("x-process-time").Single(), System.Globalization.CultureInfo.InvariantCulture) >= 0);
        Assert.Equal("scripted", answer.Headers.GetValues("x-switchboard-provider").Single());
        Assert.Equal(0.7, talking.Asked[0].GetProperty("temperature").GetDouble());
        Assert.Equal(1000, talking.Asked[0].GetProperty("max_tokens").GetInt32());
        Assert.Equal("parrot", talking.Asked[0].GetProperty("model").GetString());
        Assert.Equal(["user: hello"], TalkingGateway.Texts(talking.Asked[0]));
    }

    [Fact]
    public async Task A_conversation_is_gone_on_with_under_its_id()
    {
        await using var talking = await TalkingGateway.StartAsync();

        var id = await talking.MustSayAsync("one");
        Assert.Equal(id, await talking.MustSayAsync("two", id.ToUpperInvariant()));
        var other = await talking.MustSayAsync("three");

        Assert.Equal(["user: one", "assistant: ONE", "user: two"], TalkingGateway.Texts(talking.Asked[1]));
        Assert.Equal(["user: three"], TalkingGateway.Texts(talking.Asked[2]));
        Assert.NotEqual(id, other);
    }

    [Fact]
    public async Task An_id_of_the_callers_own_begins_a_conversation()
    {
        await using var talking = await TalkingGateway.StartAsync();
        const string Id = "0198c0de-0000-7000-8000-00000000abcd";

        Assert.Equal(Id, await talking.MustSayAsync("one", Id));
        await talking.MustSayAsync("two", Id);

        Assert.Equal(3, TalkingGateway.Texts(talking.Asked[1]).Count);
    }

    [Fact]
    public async Task A_system_prompt_and_a_model_hold_until_others_come()
    {
        await using var talking = await TalkingGateway.StartAsync(change: configuration => configuration with { Conversations = new ConversationSettings { SystemPrompt = "Be usual." } });

        var id = await talking.MustSayAsync("one");
        await talking.MustSayAsync("two", id, ""","system_prompt":"Be \u00fcber.","model":"a/b","temperature":null,"max_tokens":null""");
        await talking.MustSayAsync("three", id);
        await talking.MustSayAsync("four", id, ""","system_prompt":"" """);

        Assert.Equal("system: Be usual.", TalkingGateway.Texts(talking.Asked[0])[0]);
        Assert.Equal("system: Be über.", TalkingGateway.Texts(talking.Asked[1])[0]);
        Assert.Equal(["system: Be über.", "user: one"], TalkingGateway.Texts(talking.Asked[2]).Take(2));
        Assert.Equal("user: one", TalkingGateway.Texts(talking.Asked[3])[0]);
        Assert.Equal("a/b", talking.Asked[2].GetProperty("model").GetString());
        Assert.False(talking.Asked[1].TryGetProperty("temperature", out _));
        Assert.False(talking.Asked[1].TryGetProperty("max_tokens", out _));
    }

    [Theory]
    [InlineData("""{}""", "message", "missing")]
    [InlineData("""{"message":null}""", "message", "string_type")]
    [InlineData("""{"message":5}""", "message", "string_type")]
    [InlineData("""{"message":""}""", "message", "string_too_short")]
    [InlineData("""{"message":" \t\n\u3000"}""", "message", "value_error")]
    [InlineData("""{"message":"\ud83d"}""", "message", "string_unicode")]
    [InlineData("""{"message":"hi","system_prompt":7}""", "system_prompt", "string_type")]
    [InlineData("""{"message":"hi","conversation_id":"abc"}""", "conversation_id", "uuid_parsing")]
    [InlineData("""{"message":"hi","conversation_id":"0198c0de00007000800000000000abcd"}""", "conversation_id", "uuid_parsing")]
    [InlineData("""{"message":"hi","conversation_id":"0198c0de-0000-7000-8000-00000000abcg"}""", "conversation_id", "uuid_parsing")]
    [InlineData("""{"message":"hi","temperature":-0.01}""", "temperature", "greater_than_equal")]
    [InlineData("""{"message":"hi","temperature":2.01}""", "temperature", "less_than_equal")]
    [InlineData("""{"message":"hi","temperature":"warm"}""", "temperature", "float_type")]
    [InlineData("""{"message":"hi","max_tokens":0}""", "max_tokens", "greater_than_equal")]
    [InlineData("""{"message":"hi","max_tokens":4001}""", "max_tokens", "less_than_equal")]
    [InlineData("""{"message":"hi","max_tokens":1.5}""", "max_tokens", "int_from_float")]
    [InlineData("""{"message":"hi","max_tokens":1e999}""", "max_tokens", "int_from_float")]
    [InlineData("""{"message":"hi","stream":"yes"}""", "stream", "bool_type")]
    [InlineData("""[]""", null, "model_attributes_type")]
    [InlineData("""{"message":"hi" """, null, "json_invalid")]
    [InlineData("", null, "missing")]
    public async Task What_is_wrong_is_told_with_422_to_both_kinds_of_reader(string body, string? member, string type)
    {
        await using var talking = await TalkingGateway.StartAsync();

        foreach (var path in new[] { "/api/v1/chat", "/api/v1/chat/stream" })
        {
            using var answer = await talking.PostAsync(path, body);
            var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ends);

            Assert.Equal(422, (int)answer.StatusCode);
            Assert.Equal(member, json.GetProperty("error").GetProperty("param").GetString());
            Assert.Equal(type, json.GetProperty("error").GetProperty("code").GetString());
            var detail = json.GetProperty("detail")[0];
            Assert.Equal(member is null ? ["body"] : ["body", member], detail.GetProperty("loc").EnumerateArray().Select(part => part.GetString()));
            Assert.Equal(type, detail.GetProperty("type").GetString());
            Assert.NotEmpty(detail.GetProperty("msg").GetString()!);
        }

        Assert.Empty(talking.Asked);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        await using var talking = await TalkingGateway.StartAsync();

        var (status, json) = await talking.SayAsync(" ", "nonsense", ""","temperature":3,"max_tokens":0""");

        Assert.Equal(422, status);
        Assert.Equal(["message", "conversation_id", "temperature", "max_tokens"], json.GetProperty("detail").EnumerateArray().Select(fault => fault.GetProperty("loc")[1].GetString()));
    }

    [Theory]
    [InlineData("message", 5000)]
    [InlineData("system_prompt", 1000)]
    public async Task Characters_are_counted_as_people_count_them(string member, int most)
    {
        await using var talking = await TalkingGateway.StartAsync();

        // Four bytes and two UTF-16 units each.
        Assert.Equal(200, await StatusAsync(most));
        Assert.Equal(422, await StatusAsync(most + 1));

        async Task<int> StatusAsync(int length)
        {
            var text = string.Concat(Enumerable.Repeat("🙂", length));
            using var answer = await talking.PostAsync("/api/v1/chat", member == "message" ? $$"""{"message":"{{text}}"}""" : $$"""{"message":"hi","{{member}}":"{{text}}"}""");
            return (int)answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("""{"message":"a","temperature":0,"max_tokens":1,"stream":true}""")]
    [InlineData("""{"message":"a","temperature":2.0,"max_tokens":4000.0,"stream":false,"unknown":{}}""")]
    [InlineData("""{"message":"a","conversation_id":"","system_prompt":null}""")]
    public async Task The_bounds_themselves_are_taken(string body)
    {
        await using var talking = await TalkingGateway.StartAsync();

        using var answer = await talking.PostAsync("/api/v1/chat", body);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Every_character_comes_back_as_it_was_said()
    {
        await using var talking = await TalkingGateway.StartAsync();
        const string Message = "ß \" \\ \u0000 \n 漢字 👨‍👩‍👧 \u2028 </script>";

        var id = await talking.MustSayAsync(Message);
        await talking.MustSayAsync("again", id);

        Assert.Equal([$"user: {Message}", $"assistant: {Message.ToUpperInvariant()}", "user: again"], TalkingGateway.Texts(talking.Asked[1]));
    }

    [Fact]
    public async Task A_turn_that_fails_leaves_nothing_behind()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("one");

        var (status, json) = await talking.SayAsync("fail", id);
        await talking.MustSayAsync("two", id);
        var (first, _) = await talking.SayAsync("fail");
        var (_, list) = await talking.AskAsync("GET", "/api/v1/conversations");

        Assert.Equal(502, status);
        Assert.Equal("fell_over", json.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("It fell over.", json.GetProperty("detail").GetString());
        Assert.Equal(["user: one", "assistant: ONE", "user: two"], TalkingGateway.Texts(talking.Asked[2]));
        Assert.Equal(502, first);
        Assert.Equal(1, list.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Only_JSON_is_taken_and_only_POST()
    {
        await using var talking = await TalkingGateway.StartAsync();

        using var text = await talking.Gateway.PostAsync("/api/v1/chat", """{"message":"hi"}""", "text/plain");
        using var large = await talking.PostAsync("/api/v1/chat", $$"""{"message":"hi","more":"{{new string('x', 1024 * 1024)}}"}""");
        var (status, json) = await talking.AskAsync("GET", "/api/v1/chat");

        Assert.Equal((415, 413), ((int)text.StatusCode, (int)large.StatusCode));
        Assert.Equal(405, status);
        Assert.Equal(json.GetProperty("error").GetProperty("message").GetString(), json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task What_callers_want_of_guardrails_and_of_the_cache_holds_here_too()
    {
        await using var talking = await TalkingGateway.StartAsync(change: configuration => configuration with
        {
            Cache = new CacheSettings { Enabled = true },
            Guardrails = [new GuardrailSettings { Name = "ours", Check = GuardrailCheck.Words, Words = ["secret"], IsDefault = false }],
        });

        Assert.Equal((200, "miss"), await SayAsync("one secret", "x-none", ""));
        Assert.Equal((400, null), await SayAsync("one secret", "x-switchboard-guardrails", "ours"));
        Assert.Equal((400, null), await SayAsync("hello", "x-switchboard-guardrails", "nobodys"));
        Assert.Equal((200, "bypass"), await SayAsync("hello", "Cache-Control", "no-store"));
        Assert.Equal((200, "bypass"), await SayAsync("hello", "x-switchboard-cache", "bypass"));

        async Task<(int Status, string? Cache)> SayAsync(string message, string header, string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/chat") { Content = ServedGateway.Body($$"""{"message":"{{message}}"}""") };
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await talking.Gateway.Client.SendAsync(request, Ends);
            return ((int)answer.StatusCode, answer.Headers.TryGetValues("x-switchboard-cache", out var told) ? told.Single() : null);
        }
    }

    [Fact]
    public async Task An_unknown_model_is_told_as_anywhere()
    {
        await using var talking = await TalkingGateway.StartAsync();

        var (status, json) = await talking.SayAsync("hi", more: ""","model":"nobody"  """);

        Assert.Equal(404, status);
        Assert.Equal("model_not_found", json.GetProperty("error").GetProperty("code").GetString());
    }
}
