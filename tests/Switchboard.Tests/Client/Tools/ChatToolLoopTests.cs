using System.Text.Json;
using Microsoft.Extensions.AI;
using Switchboard.Client;
using Switchboard.Client.Chat;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Shared;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Tools;

public sealed class ChatToolLoopTests : IAsyncDisposable
{
    private const string Oslo = """{"city":"Oslo"}""";

    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private readonly SwitchboardClient _client;
    private readonly ToolSet _tools = new() { { "weather", null, (string city) => "Sun in " + city, ToolContext.Default.Options } };

    public ChatToolLoopTests() => _client = TestClient.Of(_upstream);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ChatCompletionRequest Request => new([new SystemMessage("Be brief."), new UserMessage("Weather?")], "m");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task RunsToolsUntilTheAnswer()
    {
        _upstream.Reply(TestAnswers.ChatCalls(("c1", "weather", Oslo), ("c2", "weather", """{"city":"Rome"}""")));
        _upstream.Reply(TestAnswers.Chat("Sunny."));

        var run = await RunAsync(Request);

        Assert.Equal(("Sunny.", ToolLoopEnd.Answered), (run.Text, run.End));
        Assert.Equal(["system", "user", "assistant", "tool", "tool", "assistant"], run.Messages.Select(message => message.Role));
        Assert.Equal([2, 0], run.Rounds.Select(round => round.Results.Count));
        Assert.Equal((14, 10, 6), (run.Usage!.TotalTokens, run.Usage.PromptTokens, run.Usage.PromptTokensDetails!.CachedTokens));
        Assert.Equal("weather", Sent(0).GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
        var messages = Sent(1).GetProperty("messages");
        Assert.Equal("c1", messages[2].GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal(
            [("c1", "Sun in Oslo"), ("c2", "Sun in Rome")],
            messages.EnumerateArray().Skip(3).Select(message => (message.GetProperty("tool_call_id").GetString()!, message.GetProperty("content").GetString()!)));
    }

    [Fact]
    public async Task TellsTheModelOfErrors()
    {
        _upstream.Reply(TestAnswers.ChatCalls(("c1", "time", "{}")));
        _upstream.Reply(TestAnswers.Chat("I cannot."));

        var run = await RunAsync(Request);

        Assert.True(run.Rounds[0].Results[0].IsError);
        Assert.StartsWith("Error: There is no tool named 'time'.", Sent(1).GetProperty("messages")[3].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithholdsToolsAfterTheLastRound()
    {
        _upstream.Reply(TestAnswers.ChatCalls(("c1", "weather", Oslo)));
        _upstream.Reply(TestAnswers.Chat("Sunny."));

        var run = await RunAsync(Request, new ToolLoopOptions { MaxRounds = 1 });

        Assert.Equal(("Sunny.", ToolLoopEnd.Answered), (run.Text, run.End));
        Assert.False(Sent(0).TryGetProperty("tool_choice", out _));
        Assert.Equal("none", Sent(1).GetProperty("tool_choice").GetString());
    }

    [Fact]
    public async Task SaysThatTheRoundsAreSpent()
    {
        _upstream.Reply(TestAnswers.ChatCalls(("c1", "weather", Oslo)));
        _upstream.Reply(TestAnswers.ChatCalls(("c2", "weather", Oslo)));

        var run = await RunAsync(Request, new ToolLoopOptions { MaxRounds = 1, WithholdToolsAtLimit = false });

        Assert.Equal((null, ToolLoopEnd.RoundLimit), (run.Text, run.End));
        Assert.Empty(run.Rounds[1].Results);
        Assert.False(Sent(1).TryGetProperty("tool_choice", out _));
    }

    [Fact]
    public async Task AnswersCallsOverTheLimitWithAnError()
    {
        _upstream.Reply(TestAnswers.ChatCalls(("c1", "weather", Oslo), ("c2", "weather", Oslo)));
        _upstream.Reply(TestAnswers.ChatCalls(("c3", "weather", Oslo)));

        var run = await RunAsync(Request, new ToolLoopOptions { MaxCalls = 1 });

        Assert.Equal([false, true], run.Rounds[0].Results.Select(result => result.IsError));
        Assert.Equal(ToolLoopEnd.CallLimit, run.End);
        Assert.Equal("none", Sent(1).GetProperty("tool_choice").GetString());
    }

    [Fact]
    public async Task ForcesACallOnlyInTheFirstRound()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            _upstream.Reply(TestAnswers.ChatCalls(("c1", "weather", Oslo)));
            _upstream.Reply(TestAnswers.Chat("Sunny."));
        }

        await RunAsync(Request with { ToolChoice = ChatToolChoice.Required });
        await RunAsync(Request with { ToolChoice = new ChatFunctionToolChoice(new ChatFunctionName("weather")) });
        await RunAsync(Request with { ToolChoice = new ChatAllowedToolsChoice(new ChatAllowedTools(ChatAllowedToolsMode.Required, [])) });

        Assert.Equal("required", Sent(0).GetProperty("tool_choice").GetString());
        Assert.Equal("auto", Sent(1).GetProperty("tool_choice").GetString());
        Assert.Equal("function", Sent(2).GetProperty("tool_choice").GetProperty("type").GetString());
        Assert.Equal("auto", Sent(3).GetProperty("tool_choice").GetString());
        Assert.Equal("auto", Sent(5).GetProperty("tool_choice").GetProperty("allowed_tools").GetProperty("mode").GetString());
    }

    [Fact]
    public async Task RunsWithoutTools()
    {
        _upstream.Reply(TestAnswers.Chat("Hi."));

        var run = await _client.Chat.Completions.RunToolsAsync(Request, [], cancellationToken: Token);

        Assert.Equal("Hi.", run.Text);
        Assert.False(Sent(0).TryGetProperty("tools", out _));
    }

    [Fact]
    public void RefusesWhatItCannotRun()
    {
        var undeclared = Request with { Tools = [new ChatFunctionTool(new FunctionDefinition("other"))] };
        var approved = new ToolSet();
        approved.Add(new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => "", "delete", null, ToolContext.Default.Options)));

        Assert.Contains("'other'", Refusal(undeclared, _tools), StringComparison.Ordinal);
        Assert.Contains("N", Refusal(Request with { N = 2 }, _tools), StringComparison.Ordinal);
        Assert.Contains("'delete' needs approval", Refusal(Request, approved), StringComparison.Ordinal);
        Assert.Empty(_upstream.Requests);

        string Refusal(ChatCompletionRequest request, ToolSet tools) =>
            Assert.Throws<ArgumentException>(() => { _ = _client.Chat.Completions.RunToolsAsync(request, tools, cancellationToken: Token); }).Message;
    }

    [Fact]
    public async Task StreamsEachRound()
    {
        _upstream.ReplyStream(
            Chunk("""{"role":"assistant","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":"}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"\"Oslo\"}"}}]}"""),
            Chunk("{}", "tool_calls"),
            ServerSentEvents.Done);
        _upstream.ReplyStream(Chunk("""{"role":"assistant","content":"Sun"}"""), Chunk("""{"content":"ny."}"""), Chunk("{}", "stop"), ServerSentEvents.Done);
        var stream = _client.Chat.Completions.RunToolsStreamingAsync(Request, _tools, cancellationToken: Token);
        Assert.Throws<InvalidOperationException>(() => stream.Run);

        var chunks = 0;
        await foreach (var chunk in stream)
        {
            chunks++;
        }

        Assert.Equal(6, chunks);
        Assert.Equal(("Sunny.", ToolLoopEnd.Answered), (stream.Run.Text, stream.Run.End));
        Assert.Equal("Sun in Oslo", Sent(1).GetProperty("messages")[3].GetProperty("content").GetString());
        Assert.True(Sent(1).GetProperty("stream").GetBoolean());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.GetAsyncEnumerator(Token).MoveNextAsync());
    }

    private static string Chunk(string delta, string? finish = null) => ServerSentEvents.Data(
        $$$"""{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{{delta}}},"finish_reason":{{{JsonSerializer.Serialize(finish)}}}}]}""");

    private Task<ChatToolRun> RunAsync(ChatCompletionRequest request, ToolLoopOptions? loop = null) =>
        _client.Chat.Completions.RunToolsAsync(request, _tools, loop, cancellationToken: Token);

    private JsonElement Sent(int number) => _upstream.Requests[number].Json;
}
