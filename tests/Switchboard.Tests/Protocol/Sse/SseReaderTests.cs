using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Switchboard.Protocol.Sse;
using Switchboard.Tests.Budgets;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Protocol.Sse;

public sealed class SseReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Sizes => [1, 2, 7, 4096];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Tells_names_and_data_however_the_bytes_are_cut(int bytesPerRead)
    {
        const string Wire = "\uFEFF: hello\n\ndata: a\r\rid: 1\r\n\r\nevent: ping\n\nevent: x\rdata: b\rdata\rdata:  c\r\r\n\ndata:изв\nfoo: bar\n\ndata\n\n";

        var events = await ReadAllAsync(Wire, bytesPerRead);

        Assert.Equal(
            [("", "a", true), ("ping", "", false), ("x", "b\n\n c", true), ("", "изв", true), ("", "", true)],
            events.Select(e => (e.Type, Utf8(e.Data), e.HasData)));
        Assert.All(events, e => Assert.True(e.IsComplete));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task The_last_id_and_the_time_to_wait_stay_until_others_are_told(int bytesPerRead)
    {
        const string Wire = """
            data: a

            id: 1
            retry: 250
            data: b

            id: 2

            data: c

            id: not\0this
            retry: soon
            data: d

            id
            retry: 99999999999
            data: e

            retry: 0
            id: 3
            data: f
            """;

        var events = await ReadAllAsync(Wire.Replace("\\0", "\0", StringComparison.Ordinal), bytesPerRead);

        // The last event has no blank line: what it tells of the stream does not count.
        Assert.Equal(
            [("a", "", null), ("b", "1", 250), ("c", "2", 250), ("d", "2", 250), ("e", "", 250), ("f", "", (int?)250)],
            events.Select(e => (e.Data, e.LastEventId, e.Retry)));
    }

    [Theory]
    [InlineData("data: {\"a\":1}", SseEventKind.Data)]
    [InlineData("data: {\"a\":1}\n", SseEventKind.Data)]
    [InlineData("data: {\"a\":1}\r", SseEventKind.Data)]
    [InlineData("data: {\"a\":1}\n: comm", SseEventKind.Data)]
    [InlineData("event: x\r\ndata: [1]\r\n", SseEventKind.Data)]
    [InlineData("data: {\ndata: }", SseEventKind.Data)]
    [InlineData("data: [DONE]", SseEventKind.Done)]
    [InlineData("event: error\ndata: {}", SseEventKind.Error)]
    [InlineData("data: {\"error\":\"x\"}", SseEventKind.Error)]
    [InlineData("data: {\"a\":1", SseEventKind.Truncated)]
    [InlineData("data: {\"a\":1}}", SseEventKind.Truncated)]
    [InlineData("data: 12", SseEventKind.Truncated)]
    [InlineData("data: \"a\"", SseEventKind.Truncated)]
    [InlineData("data: [DONE", SseEventKind.Truncated)]
    [InlineData("data: ", SseEventKind.Truncated)]
    [InlineData("da", SseEventKind.Truncated)]
    [InlineData("event: ping\n", SseEventKind.Truncated)]
    [InlineData("event: error\n", SseEventKind.Truncated)]
    [InlineData("data: {\"a\":1}\nevent: err", SseEventKind.Truncated)]
    [InlineData("data: {\"a\":1}\nda", SseEventKind.Truncated)]
    public async Task What_a_stream_ends_in_is_told_and_cut_data_does_not_look_whole(string wire, SseEventKind kind)
    {
        foreach (var bytesPerRead in (int[])[1, 2, 7, 4096])
        {
            var events = await ReadAllAsync("data: first\n\n" + wire, bytesPerRead);

            Assert.Equal(2, events.Count);
            Assert.Equal((false, kind), (events[1].IsComplete, events[1].Kind));
        }
    }

    [Theory]
    [InlineData("data: a\n\n")]
    [InlineData("data: a\r\r")]
    [InlineData("data: a\r\n\r\n")]
    [InlineData("data: a\r\n\r")]
    [InlineData("data: a\n\r")]
    [InlineData("data: a\n\n: bye")]
    [InlineData("data: a\n\n\r\n")]
    [InlineData("data: a\n\n\uFEFF: no mark here\n\n")]
    public async Task A_blank_line_ends_an_event_at_the_end_of_a_stream_too(string wire)
    {
        foreach (var bytesPerRead in (int[])[1, 2, 7, 4096])
        {
            var only = Assert.Single(await ReadAllAsync(wire, bytesPerRead));

            Assert.Equal(("a", true), (only.Data, only.IsComplete));
        }
    }

    [Fact]
    public async Task A_broken_connection_is_no_end()
    {
        var events = new List<ReadEvent>();
        var body = new CutStream(Cuts.Of("data: a\n\ndata: [DONE]"u8.ToArray(), 5), new IOException("reset"));

        var fault = await Assert.ThrowsAsync<IOException>(() => ReadEvent.ReadIntoAsync(events, body, 4096, limits: null));

        Assert.Equal("reset", fault.Message);
        Assert.Equal("a", Assert.Single(events).Data);
    }

    [Fact]
    public async Task After_a_cancelled_read_reading_goes_on_where_it_was()
    {
        var pipe = new Pipe();
        using var reader = new SseReader(pipe.Reader);
        using var impatience = new CancellationTokenSource();

        await pipe.Writer.WriteAsync("data: a\n\nda"u8.ToArray(), Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        var byToken = reader.ReadAsync(impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await byToken);
        var byPipe = reader.ReadAsync(Cancellation);
        pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await byPipe);
        await pipe.Writer.WriteAsync("ta: b\n\n"u8.ToArray(), Cancellation);
        await pipe.Writer.CompleteAsync();

        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Equal("b", Encoding.UTF8.GetString(reader.Data));
        Assert.False(await reader.ReadAsync(Cancellation));
        Assert.False(await reader.ReadAsync(Cancellation));
        Assert.True(reader.Data.IsEmpty);
    }

    [Fact]
    public async Task An_event_in_one_piece_is_not_copied()
    {
        var wire = "event: x\ndata: whole\n\n"u8.ToArray();
        using var reader = new SseReader(PipeReader.Create(new ReadOnlySequence<byte>(wire)));

        Assert.True(await reader.ReadAsync(Cancellation));

        Assert.True(reader.Data.Overlaps(wire, out var at));
        Assert.Equal(-"event: x\ndata: ".Length, at);
        Assert.True(reader.Type.Overlaps(wire));
    }

    [Fact]
    public async Task Reads_events_without_allocating_wherever_reads_cut_them()
    {
        const int Rounds = 1000;
        var upstream = new PushStream();
        var input = PipeReader.Create(upstream, new StreamPipeReaderOptions(bufferSize: 512));
        using var reader = new SseReader(input);
        var reading = ReadBytesAsync(reader);

        // The first rounds fill pools and let the compiler finish.
        Push(upstream, 200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Push(upstream, Rounds);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        upstream.Push([]);

        Assert.Equal((200 + Rounds) * 3, (await reading).Events);
        AllocationBudget.Check("sse_read_event", allocated / (Rounds * 3.0));
    }

    // Three events, cut in the middle of a line, with an id and with data over several lines.
    private static void Push(PushStream upstream, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            upstream.Push("event: response.output_text.delta\ndata: {\"delta\":\"wo"u8);
            upstream.Push("rd\"}\n\ndata: {\"choices\":[]}\n\nid: 17\nretry: 100\ndata: {\ndata"u8);
            upstream.Push(": }\n\n"u8);
        }
    }

    private static async Task<(int Events, int Bytes)> ReadBytesAsync(SseReader reader)
    {
        var (events, bytes) = (0, 0);
        while (await reader.ReadAsync(Cancellation))
        {
            events++;
            bytes += reader.Type.Length + reader.Data.Length + reader.LastEventId.Length;
        }

        return (events, bytes);
    }

    private static Task<List<ReadEvent>> ReadAllAsync(string wire, int bytesPerRead) =>
        ReadEvent.ReadAllAsync(Cuts.Of(Encoding.UTF8.GetBytes(wire), bytesPerRead));

    private static string Utf8(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}
