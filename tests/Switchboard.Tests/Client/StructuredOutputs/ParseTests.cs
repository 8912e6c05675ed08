using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.StructuredOutputs;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.StructuredOutputs;

public sealed class ParseTests : IAsyncDisposable
{
    private const string OrderJson = """{"customer":"Ada","note":null,"lines":[],"state":"Shipped","count":2}""";

    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private readonly SwitchboardClient _client;

    public ParseTests() => _client = TestClient.Of(_upstream);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ChatCompletionRequest ChatRequest => new([new UserMessage("order")], "m");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task ReadsAChatAnswer()
    {
        _upstream.Reply(TestAnswers.Chat(OrderJson));

        var parsed = await _client.Chat.Completions.ParseAsync(ChatRequest, OutputContext.Default.Order, cancellationToken: Token);

        Assert.True(parsed.IsParsed);
        Assert.Equal("Ada", parsed.Parsed!.Customer);
        Assert.Equal(OrderState.Shipped, parsed.Parsed.State);
        Assert.Equal(200, parsed.Result!.Status);
        var format = _upstream.Requests[0].Json.GetProperty("response_format");
        Assert.Equal("json_schema", format.GetProperty("type").GetString());
        Assert.Equal("Order", format.GetProperty("json_schema").GetProperty("name").GetString());
        Assert.True(format.GetProperty("json_schema").GetProperty("strict").GetBoolean());
        Assert.Equal(JsonValueKind.Object, format.GetProperty("json_schema").GetProperty("schema").ValueKind);
    }

    [Fact]
    public async Task UnwrapsWhatIsNoObject()
    {
        _upstream.Reply(TestAnswers.Chat("""{"value":[1,2]}"""));

        var parsed = await _client.Chat.Completions.ParseAsync(ChatRequest, OutputContext.Default.ListInt32, cancellationToken: Token);

        Assert.Equal([1, 2], parsed.Parsed!);
        Assert.Equal("List_Int32", _upstream.Requests[0].Json.GetProperty("response_format").GetProperty("json_schema").GetProperty("name").GetString());
    }

    [Fact]
    public async Task GivesTheRefusalOfAChat()
    {
        _upstream.Reply(TestAnswers.Chat(null, refusal: "No."));

        var parsed = await _client.Chat.Completions.ParseAsync(ChatRequest, OutputContext.Default.Order, cancellationToken: Token);

        Assert.False(parsed.IsParsed);
        Assert.Null(parsed.Parsed);
        Assert.Equal("No.", parsed.Refusal);
    }

    [Theory]
    [InlineData("length", true, false)]
    [InlineData("content_filter", false, true)]
    public async Task ThrowsForAChatThatWasCut(string reason, bool isTruncated, bool isFiltered)
    {
        _upstream.Reply(TestAnswers.Chat("""{"cust""", finishReason: reason));

        var fault = await Assert.ThrowsAsync<IncompleteOutputException>(
            () => _client.Chat.Completions.ParseAsync(ChatRequest, OutputContext.Default.Order, cancellationToken: Token));

        Assert.Equal((reason, isTruncated, isFiltered), (fault.Reason, fault.IsTruncated, fault.IsFiltered));
        Assert.Equal("""{"cust""", fault.Text);
        Assert.NotNull(fault.Completion);
    }

    [Theory]
    [InlineData("Sure! Here it is.")]
    [InlineData("""{"customer":5}""")]
    public async Task ThrowsForAnAnswerOfAnotherForm(string text)
    {
        _upstream.Reply(TestAnswers.Chat(text));

        var fault = await Assert.ThrowsAsync<UnreadableOutputException>(
            () => _client.Chat.Completions.ParseAsync(ChatRequest, OutputContext.Default.Order, cancellationToken: Token));

        Assert.Equal(text, fault.Text);
        Assert.DoesNotContain(text, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadsAResponse()
    {
        _upstream.Reply(TestAnswers.Response(TestAnswers.Message("I look it up."), TestAnswers.Message(OrderJson)));

        var request = new ResponseRequest { Model = "m", Input = "order", Text = new ResponseTextOptions { Verbosity = "low" } };
        var parsed = await _client.Responses.ParseAsync(request, OutputContext.Default.Order, cancellationToken: Token);

        Assert.Equal("Ada", parsed.Parsed!.Customer);
        var text = _upstream.Requests[0].Json.GetProperty("text");
        Assert.Equal("low", text.GetProperty("verbosity").GetString());
        Assert.Equal("Order", text.GetProperty("format").GetProperty("name").GetString());
        Assert.True(text.GetProperty("format").GetProperty("strict").GetBoolean());
    }

    [Fact]
    public void GivesTheRefusalOfAResponse()
    {
        var response = WireJson.Deserialize<Response>(TestAnswers.Response("""
            {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"refusal","refusal":"No."}]}
            """).BodyText());

        var parsed = new StructuredOutput<Order>(OutputContext.Default.Order).Parse(response);

        Assert.Equal((false, "No."), (parsed.IsParsed, parsed.Refusal));
    }

    [Theory]
    [InlineData("""{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}""", "max_output_tokens")]
    [InlineData("""{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}""", "content_filter")]
    [InlineData("""{"status":"failed","error":{"code":"server_error","message":"Sorry."}}""", "server_error")]
    [InlineData("""{"status":"cancelled"}""", "cancelled")]
    public void ThrowsForAResponseThatIsNotComplete(string members, string reason)
    {
        var response = WireJson.Deserialize<Response>($$"""{"id":"resp_1","object":"response","model":"m","output":[],{{members[1..]}}""");

        var fault = Assert.Throws<IncompleteOutputException>(() => new StructuredOutput<Order>(OutputContext.Default.Order).Parse(response));

        Assert.Equal(reason, fault.Reason);
        Assert.Same(response, fault.Response);
    }

    [Fact]
    public void LeavesAResponseInTheBackgroundUnparsed()
    {
        var response = WireJson.Deserialize<Response>("""{"id":"resp_1","object":"response","model":"m","output":[],"status":"queued"}""");

        Assert.False(new StructuredOutput<Order>(OutputContext.Default.Order).Parse(response).IsParsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("my schema")]
    public void RefusesNamesThatTheApiDoesNotTake(string name) =>
        Assert.Throws<ArgumentException>(() => new StructuredOutput<Order>(OutputContext.Default.Order, name));
}
