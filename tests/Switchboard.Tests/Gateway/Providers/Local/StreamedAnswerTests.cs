using System.Threading.Channels;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.Local.Answers;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Providers.Local;

public sealed class StreamedAnswerTests
{
    private static readonly TimeSpan s_commitAfter = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly Channel<GenerationUpdate> _updates = Channel.CreateUnbounded<GenerationUpdate>();
    private readonly MemorySink _sink;
    private readonly GatewayCall _call;

    public StreamedAnswerTests() =>
        (_call, _sink) = LocalHarness.Call(ApiOperation.Completions, """{"model":"m","prompt":"x","stream":true}""");

    [Fact]
    public async Task A_wait_for_a_place_is_committed_and_kept_open_with_comments()
    {
        var running = RunAsync();
        await _time.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        Assert.False(_sink.IsCommitted);

        _time.Advance(s_commitAfter);

        Assert.Equal(": keep-alive", await _sink.ReadEventAsync());
        await _time.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(": keep-alive", await _sink.ReadEventAsync());
        _updates.Writer.TryWrite(new GenerationUpdate(0, "hi"u8.ToArray(), null, 1, FinishKind.Stop));
        _updates.Writer.Complete();
        Assert.Contains("\"text\":\"hi\"", await _sink.ReadEventAsync(), StringComparison.Ordinal);
        Assert.Equal("data: [DONE]", await _sink.ReadEventAsync());
        Assert.False((await running).IsError);
    }

    [Fact]
    public async Task A_fault_before_the_commit_leaves_the_status_open()
    {
        var running = RunAsync();

        _updates.Writer.Complete(new EngineFaultException("inner", new InvalidOperationException()));

        await Assert.ThrowsAsync<EngineFaultException>(() => running);
        Assert.False(_sink.IsCommitted);
    }

    [Fact]
    public async Task A_fault_after_the_commit_is_one_error_event_and_no_done()
    {
        var running = RunAsync();
        _updates.Writer.TryWrite(new GenerationUpdate(0, "hi"u8.ToArray(), null, 1, null));
        await _sink.ReadEventAsync();

        _updates.Writer.Complete(new EngineFaultException("a secret", new InvalidOperationException()));

        Assert.False((await running).IsError);
        Assert.Equal(
            "data: {\"error\":{\"message\":\"The local engine failed to go on with this answer.\",\"type\":\"api_error\",\"param\":null,\"code\":\"engine_failed\"}}\n\n",
            await _sink.ReadAllAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_made_for_a_caller_who_leaves_is_counted(bool isSeen)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = RunAsync(leaving.Token);
        _updates.Writer.TryWrite(new GenerationUpdate(0, "hi"u8.ToArray(), null, 7, null));
        await _sink.ReadEventAsync();

        if (isSeen)
        {
            _sink.Leave();
            _updates.Writer.TryWrite(new GenerationUpdate(0, " ho"u8.ToArray(), null, 8, null));
            Assert.True((await running).IsCallerGone);
        }
        else
        {
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        Assert.Equal(new TokenUsage(1, isSeen ? 8 : 7), _call.Usage);
    }

    [Theory]
    [InlineData(" Hi", " there", "Hi there")]
    [InlineData(" ", "Hi", "Hi")]
    [InlineData("  Hi", "", " Hi")]
    [InlineData("Hi", " there", "Hi there")]
    public void The_space_of_the_tokenizer_before_a_chat_answer_is_left_out(string first, string second, string expected)
    {
        var stamp = AnswerStamp.Create("chatcmpl", _time.GetUtcNow(), "m", "fp");
        using var events = new ChatEventWriter(stamp, false, 1);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var choice = new ChoiceText();

        foreach (var text in (string[])[first, second])
        {
            var update = new GenerationUpdate(0, System.Text.Encoding.UTF8.GetBytes(text), null, 1, null);
            events.Write(output, update);
            choice.Add(update);
        }

        var streamed = System.Text.RegularExpressions.Regex.Matches(System.Text.Encoding.UTF8.GetString(output.WrittenSpan), "\"content\":\"([^\"]*)\"");
        Assert.Equal(expected, string.Concat(streamed.Select(match => match.Groups[1].Value)));
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(AnswerJson.WithoutFirstSpace(choice.Text)));
    }

    private async Task<GatewayOutcome> RunAsync(CancellationToken? leaving = null)
    {
        var cancellationToken = leaving ?? TestContext.Current.CancellationToken;
        var events = new CompletionEventWriter(AnswerStamp.Create("cmpl", _time.GetUtcNow(), "m", "fp"), false, [""], -1);
        await using var answer = new StreamedAnswer(_call, "m", events, s_commitAfter, TimeSpan.FromSeconds(15), _time);
        return await answer.RunAsync(_updates.Reader.ReadAllAsync(cancellationToken), 1, cancellationToken);
    }
}
