using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Responses;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Tools;

public sealed class ResponseToolLoopTests : IAsyncDisposable
{
    private const string Oslo = """{"city":"Oslo"}""";

    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private readonly SwitchboardClient _client;
    private readonly ToolSet _tools = new() { { "weather", null, (string city) => "Sun in " + city, ToolContext.Default.Options } };

    public ResponseToolLoopTests() => _client = TestClient.Of(_upstream);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ResponseRequest Request => new() { Model = "m", Input = "Weather?", Instructions = "Be brief." };

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task RefersToTheStoredResponse()
    {
        _upstream.Reply(TestAnswers.ResponseOf("resp_1", "true", TestAnswers.Call("c1", "weather", Oslo), TestAnswers.Call("c2", "weather", Oslo)));
        _upstream.Reply(TestAnswers.ResponseOf("resp_2", "true", TestAnswers.Message("Sunny.")));

        var run = await RunAsync(Request);

        Assert.Equal(("Sunny.", ToolLoopEnd.Answered), (run.Text, run.End));
        Assert.Equal((14, 2, 2), (run.Usage!.TotalTokens, run.Usage.InputTokensDetails.CachedTokens, run.Usage.OutputTokensDetails.ReasoningTokens));
        Assert.Equal("resp_1", Sent(1).GetProperty("previous_response_id").GetString());
        Assert.Equal("Be brief.", Sent(1).GetProperty("instructions").GetString());
        Assert.Equal(["function_call_output", "function_call_output"], Types(1));
        Assert.Equal(("c1", "Sun in Oslo"), (Sent(1).GetProperty("input")[0].GetProperty("call_id").GetString(), Sent(1).GetProperty("input")[0].GetProperty("output").GetString()));
        Assert.Equal(
            [typeof(InputMessage), typeof(FunctionToolCall), typeof(FunctionToolCall), typeof(FunctionToolCallOutput), typeof(FunctionToolCallOutput), typeof(OutputMessage)],
            run.Items.Select(item => item.GetType()));
    }

    [Theory]
    [InlineData(false, "false")]
    [InlineData(null, "false")]
    [InlineData(false, "null")]
    public async Task SendsEverythingAgainWhenNothingIsStored(bool? asked, string answered)
    {
        _upstream.Reply(TestAnswers.ResponseOf(
            "resp_1",
            answered,
            """{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"abc"}""",
            """{"type":"reasoning","id":"rs_2","summary":[]}""",
            TestAnswers.Call("c1", "weather", Oslo)));
        _upstream.Reply(TestAnswers.ResponseOf("resp_2", answered, TestAnswers.Message("Sunny.")));

        await RunAsync(Request with { Store = asked });

        Assert.False(Sent(1).TryGetProperty("previous_response_id", out _));
        Assert.Equal(["message", "reasoning", "function_call", "function_call_output"], Types(1));
        Assert.Equal("abc", Sent(1).GetProperty("input")[1].GetProperty("encrypted_content").GetString());
    }

    [Fact]
    public async Task LeavesTheHistoryToTheConversation()
    {
        _upstream.Reply(TestAnswers.Response(TestAnswers.Call("c1", "weather", Oslo)));
        _upstream.Reply(TestAnswers.Response(TestAnswers.Message("Sunny.")));

        await RunAsync(Request with { Conversation = "conv_1" });

        Assert.False(Sent(1).TryGetProperty("previous_response_id", out _));
        Assert.Equal("conv_1", Sent(1).GetProperty("conversation").GetString());
        Assert.Equal(["function_call_output"], Types(1));
    }

    [Fact]
    public async Task RunsCustomTools()
    {
        _tools.AddCustom("sql", null, (text, _) => ValueTask.FromResult(text + "!"));
        _upstream.Reply(TestAnswers.Response("""{"type":"custom_tool_call","id":"ctc_1","call_id":"c1","name":"sql","input":"select 1"}"""));
        _upstream.Reply(TestAnswers.Response(TestAnswers.Message("One.")));

        await RunAsync(Request);

        Assert.Equal(["custom_tool_call_output"], Types(1));
        Assert.Equal("select 1!", Sent(1).GetProperty("input")[0].GetProperty("output").GetString());
    }

    [Fact]
    public async Task WithholdsToolsAtTheLimitAndForcesOnlyTheFirstCall()
    {
        _upstream.Reply(TestAnswers.Response(TestAnswers.Call("c1", "weather", Oslo)));
        _upstream.Reply(TestAnswers.Response(TestAnswers.Call("c2", "weather", Oslo)));
        _upstream.Reply(TestAnswers.Response(TestAnswers.Call("c3", "weather", Oslo)));

        var run = await RunAsync(Request with { ToolChoice = ResponseToolChoice.Required }, new ToolLoopOptions { MaxRounds = 2 });

        Assert.Equal(["required", "auto", "none"], Enumerable.Range(0, 3).Select(i => Sent(i).GetProperty("tool_choice").GetString()));
        Assert.Equal(ToolLoopEnd.RoundLimit, run.End);
    }

    [Fact]
    public void RefusesFunctionsThatNothingRuns() => Assert.Contains(
        "'other'",
        Assert.Throws<ArgumentException>(() => { _ = RunAsync(Request with { Tools = [new FunctionTool("other")] }); }).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task StreamsEachRound()
    {
        _upstream.ReplyStream(Completed(TestAnswers.Response(TestAnswers.Call("c1", "weather", Oslo))));
        _upstream.ReplyStream(Completed(TestAnswers.Response(TestAnswers.Message("Sunny."))));
        var stream = _client.Responses.RunToolsStreamingAsync(Request, _tools, cancellationToken: Token);

        var events = 0;
        await foreach (var item in stream)
        {
            Assert.IsType<ResponseCompletedEvent>(item);
            events++;
        }

        Assert.Equal(2, events);
        Assert.Equal("Sunny.", stream.Run.Text);
        Assert.Equal("resp_1", Sent(1).GetProperty("previous_response_id").GetString());
    }

    private static string Completed(UpstreamAnswer answer) =>
        ServerSentEvents.Data("""{"type":"response.completed","sequence_number":0,"response":""" + answer.BodyText().ReplaceLineEndings("") + "}");

    private Task<ResponseToolRun> RunAsync(ResponseRequest request, ToolLoopOptions? loop = null) =>
        _client.Responses.RunToolsAsync(request, _tools, loop, cancellationToken: Token);

    private JsonElement Sent(int number) => _upstream.Requests[number].Json;

    private IEnumerable<string?> Types(int number) => Sent(number).GetProperty("input").EnumerateArray().Select(item => item.GetProperty("type").GetString());
}
