using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Surfaces;

/// <summary>The sink between a chat answer and a caller of another dialect.</summary>
public sealed class TranslatingSinkTests
{
    private const string Chunk = """data: {"id":"c1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]}""" + "\n\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_flush_brings_the_caller_all_whole_events()
    {
        var caller = new RecordingSink();
        var output = new TranslatingSink(caller, Surfaced.Of("anthropic")).Commit(AnswerHead.EventStream);

        await output.WriteAsync(Encoding.UTF8.GetBytes(Chunk + "data: {\"id\""), Token);

        var text = await caller.ReadUntilAsync("text_delta");
        Assert.EndsWith("\"text\":\"Hi\"}}\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flush_waits_for_a_slow_caller()
    {
        var caller = new RecordingSink(isSlow: true);
        var output = new TranslatingSink(caller, Surfaced.Of("anthropic")).Commit(AnswerHead.EventStream);

        var flush = output.WriteAsync(Encoding.UTF8.GetBytes(Chunk), Token);

        Assert.False(flush.IsCompleted);
        await caller.ReadUntilAsync("text_delta");
        Assert.False((await flush).IsCompleted);
    }

    [Fact]
    public async Task A_caller_that_reads_no_more_is_seen_in_the_flush()
    {
        var caller = new RecordingSink();
        var output = new TranslatingSink(caller, Surfaced.Of("anthropic")).Commit(AnswerHead.EventStream);
        await caller.Reader.CompleteAsync();

        Assert.True((await output.WriteAsync(Encoding.UTF8.GetBytes(Chunk), Token)).IsCompleted);
    }

    [Theory]
    [InlineData("anthropic", "event: ping\ndata: {\"type\":\"ping\"}\n\n")]
    [InlineData("gemini", ": keep-alive\n\n")]
    public async Task A_comment_keeps_the_callers_stream_open(string surface, string expected) =>
        Assert.StartsWith(expected, await Surfaced.StreamAsync(surface, [": keep-alive\n\n"u8.ToArray()]), StringComparison.Ordinal);

    [Theory]
    [InlineData("anthropic", "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy.\"}}\n\n")]
    [InlineData("gemini", "data: {\"error\":{\"code\":503,\"message\":\"Busy.\",\"status\":\"UNAVAILABLE\"}}\n\n")]
    public async Task An_error_in_the_stream_is_told_in_the_dialect_and_nothing_follows(string surface, string expected)
    {
        var text = await Surfaced.StreamAsync(surface, [Encoding.UTF8.GetBytes(Chunk + """data: {"error":{"message":"Busy.","type":"overloaded_error","param":null,"code":"overloaded"}}""" + "\n\n" + Chunk + "data: [DONE]\n\n")]);

        Assert.EndsWith(expected, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task A_chunk_that_is_none_is_an_error(string surface)
    {
        var text = await Surfaced.StreamAsync(surface, "[1]");

        Assert.Contains("\"error\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_answer_that_is_cut_or_none_can_still_be_told()
    {
        var (_, error) = await Surfaced.WholeAsync("anthropic", """{"id":"x"}""");
        Assert.Equal(502, error!.Status);

        var caller = new RecordingSink();
        var sink = new TranslatingSink(caller, Surfaced.Of("anthropic"));
        await sink.Commit(new AnswerHead(200, "application/json")).WriteAsync("{\"choices\":"u8.ToArray(), Token);
        sink.Abort();

        Assert.Equal(502, (await sink.CompleteAsync(GatewayOutcome.Answered, Token)).Error!.Status);
        Assert.False(caller.IsAborted);
        Assert.False(caller.IsCommitted);
    }

    [Fact]
    public async Task An_answer_of_the_callers_own_dialect_is_left_alone()
    {
        var caller = new RecordingSink();
        var sink = new TranslatingSink(caller, Surfaced.Of("anthropic"));
        var output = sink.Commit(AnswerHead.EventStream with { Dialect = ApiDialect.Anthropic });
        await output.WriteAsync("event: new\ndata: {\"what\":1}\n\n"u8.ToArray(), Token);

        await sink.CompleteAsync(GatewayOutcome.Answered, Token);

        Assert.Equal(ApiDialect.Anthropic, sink.Dialect);
        Assert.Equal("event: new\ndata: {\"what\":1}\n\n", await caller.ReadAllAsync());
    }

    [Fact]
    public async Task A_chunk_in_the_steady_state_allocates_nothing()
    {
        var caller = new DiscardingSink();
        var output = new TranslatingSink(caller, Surfaced.Of("anthropic")).Commit(AnswerHead.EventStream);
        var chunk = Encoding.UTF8.GetBytes(Chunk);
        for (var i = 0; i < 100; i++)
        {
            await WriteAsync();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            chunk.CopyTo(output.GetSpan(chunk.Length));
            output.Advance(chunk.Length);
            await output.FlushAsync(Token);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(caller.Bytes > 1000 * 100);

        async Task WriteAsync() => await output.WriteAsync(chunk, Token);
    }
}
