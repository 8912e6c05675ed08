using System.Text.Json;

namespace Switchboard.Tests.Server.Conversations;

/// <summary><c>POST /api/v1/chat/stream</c>.</summary>
public sealed class ChatStreamTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_events_are_those_of_the_document()
    {
        await using var talking = await TalkingGateway.StartAsync();

        var (answer, events) = await talking.StreamAsync("good \"morning\" 漢字");

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var id = answer.Headers.GetValues("x-conversation-id").Single();
        Assert.All(events, one => Assert.Equal(id, one.GetProperty("conversation_id").GetString()));
        Assert.Equal(["GOOD", " \"MORNING\"", " 漢字", ""], events.Select(one => one.GetProperty("delta").GetString()));
        Assert.Equal([false, false, false, true], events.Select(one => one.GetProperty("finished").GetBoolean()));
        Assert.All(events.SkipLast(1), one => Assert.Equal(JsonValueKind.Null, one.GetProperty("tokens_used").ValueKind));
        Assert.Equal(12, events[^1].GetProperty("tokens_used").GetInt32());
        Assert.Equal("stop", events[^1].GetProperty("finish_reason").GetString());
        Assert.False(events[^1].TryGetProperty("error", out _));
    }

    [Fact]
    public async Task A_stream_is_kept_when_its_last_event_comes()
    {
        await using var talking = await TalkingGateway.StartAsync();

        var (_, events) = await talking.StreamAsync("one two");
        var id = events[0].GetProperty("conversation_id").GetString()!;

        Assert.Equal(["user: one two", "assistant: ONE TWO"], await talking.MessagesAsync(id));
        await talking.StreamAsync("three", id);
        Assert.Equal(["user: one two", "assistant: ONE TWO", "user: three"], TalkingGateway.Texts(talking.Asked[1]));
    }

    [Fact]
    public async Task A_stream_that_breaks_ends_with_an_error_and_leaves_nothing_behind()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("one");
        talking.BreaksStreams = true;

        var (answer, events) = await talking.StreamAsync("two three", id);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.True(events[^1].GetProperty("finished").GetBoolean());
        Assert.Equal("broke", events[^1].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("It broke off.", events[^1].GetProperty("detail").GetString());
        Assert.Equal(["user: one", "assistant: ONE"], await talking.MessagesAsync(id));
    }

    [Fact]
    public async Task What_fails_before_its_first_event_is_a_status()
    {
        await using var talking = await TalkingGateway.StartAsync();

        using var answer = await talking.PostAsync("/api/v1/chat/stream", """{"message":"fail"}""");

        Assert.Equal(502, (int)answer.StatusCode);
        Assert.Contains("fell_over", await answer.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_leaves_in_the_middle_leaves_nothing_behind_and_holds_nobody_up()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("one");
        var asked = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        talking.Before = async (message, cancellationToken) =>
        {
            if (message == "two")
            {
                asked.SetResult();
                using var registration = cancellationToken.Register(left.SetResult);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        };
        using (var leaving = new CancellationTokenSource())
        {
            var stream = talking.Gateway.Client.PostAsync("/api/v1/chat/stream", ServedGateway.Body($$"""{"message":"two","conversation_id":"{{id}}"}"""), leaving.Token);
            await asked.Task.WaitAsync(Ends);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream);
        }

        await left.Task.WaitAsync(Ends);
        await talking.MustSayAsync("three", id);
        Assert.Equal(["user: one", "assistant: ONE", "user: three", "assistant: THREE"], await talking.MessagesAsync(id));
    }

    [Fact]
    public async Task The_conversation_can_be_deleted_while_it_streams()
    {
        await using var talking = await TalkingGateway.StartAsync();
        var id = await talking.MustSayAsync("one");
        talking.Before = async (_, _) => Assert.Equal(200, (await talking.AskAsync("DELETE", $"/api/v1/conversations/{id}")).Status);

        var (_, events) = await talking.StreamAsync("two", id);

        Assert.Equal("conversation_changed", events[^1].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(404, (await talking.AskAsync("GET", $"/api/v1/conversations/{id}")).Status);
    }
}
