using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class UsageQuestionTests
{
    private const string Asked = """{"include_usage":true}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "\"stream_options\":{\"include_usage\":true},", "")]
    [InlineData(""","stream_options":null""", "", ""","stream_options":{"include_usage":true}""")]
    [InlineData(""","stream_options" : { }""", "", ""","stream_options" : {"include_usage":true }""")]
    [InlineData(""","stream_options":{"include_usage":false}""", "", ""","stream_options":{"include_usage":true}""")]
    [InlineData(""","stream_options":{"include_usage": null ,"x":[{}]}""", "", ""","stream_options":{"include_usage": true ,"x":[{}]}""")]
    [InlineData(""","stream_options":{ "x":{"include_usage":false}}""", "", ""","stream_options":{"include_usage":true, "x":{"include_usage":false}}""")]
    public async Task What_the_caller_did_not_ask_for_is_asked_in_its_place_and_kept_back(string options, string inFront, string instead)
    {
        await using var upstream = ReplayUpstream.Start();
        var sink = new RecordingSink();
        var call = Calls.Chat(stream: true, more: options, sink: sink);
        using var provider = Provider.At(upstream.BaseUrl);

        // The model is renamed in the same body.
        var outcome = await provider.AnswerAsync(call, "other", Token);

        Assert.False(outcome.IsError);
        Assert.Equal(
            $$"""{{{inFront}}"model":"other","messages":[{"role":"user","content":"Hi"}],"stream":true{{instead}}}""",
            upstream.Requests[0].BodyText);
        var text = await sink.ReadAllAsync();
        Assert.DoesNotContain("usage", text, StringComparison.Ordinal);
        Assert.Contains("Hello", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split(ServerSentEvents.Done).Length);
        Assert.Equal(new TokenUsage(9, 3), call.Usage);
    }

    [Theory]
    [InlineData(ApiOperation.Completions, """{"model":"m","prompt":"x","stream":true}""", true)]
    [InlineData(ApiOperation.ChatCompletions, """{"model":"m","messages":[{}],"stream":false}""", false)]
    [InlineData(ApiOperation.Completions, """{"model":"m","prompt":"x"}""", false)]
    [InlineData(ApiOperation.Responses, """{"model":"m","input":"x","stream":true}""", false)]
    public async Task Only_streams_of_completions_are_asked(ApiOperation operation, string body, bool isAsked)
    {
        await using var upstream = ReplayUpstream.Start();
        using var provider = Provider.At(upstream.BaseUrl);

        await provider.RunAsync(Calls.Of(operation, body), Token);

        Assert.Equal(isAsked, upstream.Requests[0].BodyText.Contains(Asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_asked_gets_it_and_the_body_stays_as_it_was()
    {
        await using var upstream = ReplayUpstream.Start();
        var sink = new RecordingSink();
        var call = Calls.Chat(stream: true, more: ""","stream_options":{"include_usage":true}""", sink: sink);
        using var provider = Provider.At(upstream.BaseUrl);

        await provider.RunAsync(call, Token);

        Assert.Equal(call.Body.ToArray(), upstream.Requests[0].Body.ToArray());
        Assert.Contains("\"choices\":[],\"usage\":{", await sink.ReadAllAsync(), StringComparison.Ordinal);
        Assert.Equal(new TokenUsage(9, 3), call.Usage);
    }

    [Fact]
    public async Task The_provider_need_not_be_asked()
    {
        const string Usage = """{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""";
        const string Whole = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
        await using var upstream = ReplayUpstream.Start().ReplyStream(ServerSentEvents.Data(Whole), ServerSentEvents.Data(Usage), ServerSentEvents.Done);
        var sink = new RecordingSink();
        var call = Calls.Chat(stream: true, sink: sink);
        using var provider = Provider.At(upstream.BaseUrl, change: settings => settings with { AskUsage = false });

        await provider.RunAsync(call, Token);

        Assert.Equal(call.Body.ToArray(), upstream.Requests[0].Body.ToArray());
        Assert.Equal(ServerSentEvents.Data(Whole) + ServerSentEvents.Data(Usage) + ServerSentEvents.Done, await sink.ReadAllAsync());
    }

    [Fact]
    public async Task Usage_beside_choices_and_choices_without_usage_pass()
    {
        string[] events =
        [
            ServerSentEvents.Data("""{"choices":[],"prompt_filter_results":[{}],"usage":null}"""),
            ServerSentEvents.Data("""{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null}"""),
            ServerSentEvents.Data("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":6}}"""),
            ServerSentEvents.Done,
        ];
        await using var upstream = ReplayUpstream.Start().ReplyStream(events);
        var sink = new RecordingSink();
        var call = Calls.Chat(stream: true, sink: sink);
        using var provider = Provider.At(upstream.BaseUrl);

        await provider.RunAsync(call, Token);

        Assert.Equal(string.Concat(events), await sink.ReadAllAsync());
        Assert.Equal(new TokenUsage(5, 6), call.Usage);
    }
}
