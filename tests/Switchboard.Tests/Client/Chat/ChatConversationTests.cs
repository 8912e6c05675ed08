using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Chat;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Tools;

namespace Switchboard.Tests.Client.Chat;

public sealed class ChatConversationTests : IAsyncDisposable
{
    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private readonly SwitchboardClient _client;

    public ChatConversationTests() => _client = TestClient.Of(_upstream);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ChatCompletionRequest Settings => new([new SystemMessage("Be brief.")], "m") { Temperature = 0.5 };

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task RemembersAndForgetsWholeTurns()
    {
        var chat = new ChatConversation(_client.Chat.Completions, Settings) { MaxTurns = 2 };
        for (var i = 1; i <= 3; i++)
        {
            _upstream.Reply(TestAnswers.Chat("a" + i));
            Assert.Equal("a" + i, (await chat.SendAsync("q" + i, cancellationToken: Token)).Choices[0].Message.Content);
        }

        Assert.Equal(["Be brief.", "q2", "a2", "q3"], Sent(2));
        Assert.Equal(5, chat.Messages.Count);
        Assert.Equal(0.5, _upstream.Requests[2].Json.GetProperty("temperature").GetDouble());
    }

    [Fact]
    public async Task ForgetsByTokens()
    {
        var chat = new ChatConversation(_client.Chat.Completions, Settings) { MaxTokens = 4, CountTokens = _ => 1 };
        for (var i = 1; i <= 3; i++)
        {
            _upstream.Reply(TestAnswers.Chat("a" + i));
            await chat.SendAsync("q" + i, cancellationToken: Token);
        }

        Assert.Equal(["Be brief.", "q1", "a1", "q2"], Sent(1));
        Assert.Equal(["Be brief.", "q2", "a2", "q3"], Sent(2));
    }

    [Fact]
    public async Task StaysAsItWasWhenSendingFails()
    {
        var chat = new ChatConversation(_client.Chat.Completions, Settings);
        _upstream.Reply(400, """{"error":{"message":"no"}}""");

        await Assert.ThrowsAnyAsync<ApiException>(() => chat.SendAsync("q1", cancellationToken: Token));
        Assert.Single(chat.Messages);

        _upstream.Reply(TestAnswers.Chat("a2"));
        await chat.SendAsync("q2", cancellationToken: Token);
        Assert.Equal(["Be brief.", "q2"], Sent(1));
    }

    [Fact]
    public async Task SendsOneMessageAtATime()
    {
        var gate = new TaskCompletionSource<UpstreamAnswer>();
        _upstream.On("/v1/chat/completions", (_, _) => gate.Task);
        var chat = new ChatConversation(_client.Chat.Completions, Settings);

        var first = chat.SendAsync("q1", cancellationToken: Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => chat.SendAsync("q2", cancellationToken: Token));
        gate.SetResult(TestAnswers.Chat("a1"));
        await first;

        Assert.Equal(3, chat.Messages.Count);
    }

    [Fact]
    public async Task RunsTools()
    {
        _upstream.Reply(TestAnswers.ChatCalls(("c1", "add", """{"a":1,"b":2}""")));
        _upstream.Reply(TestAnswers.Chat("3"));
        var chat = new ChatConversation(_client.Chat.Completions, Settings)
        {
            Tools = new ToolSet { { "add", null, (int? a, int? b) => $"{a + b}", ToolContext.Default.Options } },
        };

        await chat.SendAsync("1+2?", cancellationToken: Token);

        Assert.Equal(["system", "user", "assistant", "tool", "assistant"], chat.Messages.Select(message => message.Role));
    }

    [Fact]
    public async Task StreamsAndRemembers()
    {
        const string Chunk = """{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}""";
        string[] events = [ServerSentEvents.Data(Chunk), ServerSentEvents.Done];
        _upstream.ReplyStream(events).ReplyStream(events);
        var chat = new ChatConversation(_client.Chat.Completions, Settings);

        await foreach (var _ in chat.StreamAsync("q1", cancellationToken: Token))
        {
            break;
        }

        Assert.Single(chat.Messages);
        await foreach (var _ in chat.StreamAsync("q2", cancellationToken: Token))
        {
        }

        Assert.Equal(["system", "user", "assistant"], chat.Messages.Select(message => message.Role));
    }

    [Fact]
    public async Task GoesOnWhereItWasSaved()
    {
        _upstream.Reply(TestAnswers.Chat("a1"));
        var chat = new ChatConversation(_client.Chat.Completions, Settings);
        await chat.SendAsync("q1", cancellationToken: Token);

        var saved = chat.Save().ToString();
        var restored = ChatConversation.Restore(_client.Chat.Completions, RawJson.Parse(saved));
        _upstream.Reply(TestAnswers.Chat("a2"));
        await restored.SendAsync("q2", cancellationToken: Token);

        Assert.Equal(["Be brief.", "q1", "a1", "q2"], Sent(1));
        Assert.Equal("m", _upstream.Requests[1].Json.GetProperty("model").GetString());
        Assert.Throws<JsonException>(() => ChatConversation.Restore(_client.Chat.Completions, RawJson.Parse("[]")));
    }

    [Fact]
    public void RefusesLimitsBelowOne()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChatConversation(_client.Chat.Completions, Settings) { MaxTurns = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChatConversation(_client.Chat.Completions, Settings) { MaxTokens = 0 });
    }

    private string[] Sent(int number) =>
        [.. _upstream.Requests[number].Json.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()!)];
}
