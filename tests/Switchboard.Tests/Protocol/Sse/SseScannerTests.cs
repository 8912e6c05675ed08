using System.Buffers;
using System.Text;
using System.Text.Json;
using Switchboard.Protocol.Sse;
using Switchboard.Testing.Places;
using Switchboard.Tests.Budgets;

namespace Switchboard.Tests.Protocol.Sse;

public sealed class SseScannerTests
{
    public static TheoryData<int> Sizes => [1, 2, 7, 4096];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Agrees_with_the_sdks_wherever_the_bytes_are_cut(int bytesPerRead)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");

        // Python's NaN, in what a stream's JSON was read as, is not JSON; the events asked for here do not have it.
        var text = File.ReadAllText(SharedFolder.Combine("fixtures", "vectors", "sse.json")).Replace(": NaN", ": null", StringComparison.Ordinal);
        using var vectors = JsonDocument.Parse(text);
        var compared = 0;

        foreach (var vector in vectors.RootElement.EnumerateArray().Where(vector => vector.GetProperty("same_events").GetBoolean()))
        {
            var bytes = vector.GetProperty("chunks_hex").EnumerateArray().SelectMany(hex => Convert.FromHexString(hex.GetString()!)).ToArray();
            var expected = vector.GetProperty("node_7_55_0").GetProperty("events").EnumerateArray()
                .Select(e => (Type: e.GetProperty("event").GetString() ?? "", Data: e.GetProperty("data").GetString()!));

            // The SDKs tell of events without data; by the standard nobody is told, and here they have HasData false.
            var seen = Scan(bytes, bytesPerRead).Where(e => e.HasData || e.Type.Length > 0).Select(e => (e.Type, e.Data));

            Assert.Equal(expected, seen);
            compared++;
        }

        Assert.True(compared > 40, $"{compared} vectors");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_raw_bytes_put_together_are_the_stream(int bytesPerRead)
    {
        const string Wire = ": c\n\n\n\ndata: a\r\n\r\ndata: b\r\rdata: c\n\r\nevent: x\ndata: d\ndata: e\n: y\n\nid: 1\n\ndata: last";

        var events = Scan(Encoding.UTF8.GetBytes(Wire), bytesPerRead);

        Assert.Equal(Wire, string.Concat(events.Select(e => e.Raw)));
        Assert.Equal(["a", "b", "c", "d\ne", "last"], events.Where(e => e.HasData).Select(e => e.Data));
        Assert.Equal([true, false], events.Where(e => e.HasFields && !e.HasData).Concat(events.Take(1)).Select(e => e.HasFields));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_byte_order_mark_is_no_part_of_the_first_event(int bytesPerRead)
    {
        var seen = Assert.Single(Scan("\uFEFFdata: a\n\n"u8.ToArray(), bytesPerRead));

        Assert.Equal(("data: a\n\n", "a"), (seen.Raw, seen.Data));
    }

    [Theory]
    [InlineData("data: [DONE]\n\n", true)]
    [InlineData("data:[DONE]\n\n", true)]
    [InlineData("data:  [DONE] \n\n", true)]
    [InlineData("event: done\ndata: [DONE]\n\n", true)]
    [InlineData("data: [DONE]xyz\n\n", false)]
    [InlineData("data: [done]\n\n", false)]
    [InlineData("data: \"[DONE]\"\n\n", false)]
    [InlineData(": [DONE]\n\n", false)]
    public void Knows_the_end_of_completions(string wire, bool isDone) =>
        Assert.Equal(isDone, Assert.Single(Scan(Encoding.UTF8.GetBytes(wire), 4096)).IsDone);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_event_beyond_the_limit_is_too_large(int bytesPerRead)
    {
        using var scanner = new SseScanner(new SseLimits { MaxEventBytes = 32 });
        var wire = Encoding.UTF8.GetBytes("data: small\n\ndata: " + new string('x', 64) + "\n\n");
        var statuses = new List<SseScanStatus>();

        var taken = 0;
        for (var end = bytesPerRead; taken < wire.Length && !statuses.Contains(SseScanStatus.EventTooLarge); end += bytesPerRead)
        {
            var buffer = new ReadOnlySequence<byte>(wire, taken, Math.Min(end, wire.Length) - taken);
            SseScanStatus status;
            do
            {
                var before = buffer.Length;
                status = scanner.TryRead(ref buffer, out _);
                taken += (int)(before - buffer.Length);
                statuses.Add(status);
            }
            while (status == SseScanStatus.Event);
        }

        Assert.Equal(SseScanStatus.Event, statuses.First(status => status != SseScanStatus.NeedMore));
        Assert.Equal(SseScanStatus.EventTooLarge, statuses[^1]);
    }

    [Fact]
    public void Scans_whole_events_without_allocating()
    {
        using var scanner = new SseScanner();
        var wire = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("event: x\ndata: {\"a\":1}\n\n", 1000))));
        ScanAll(scanner, wire);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = ScanAll(scanner, wire);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(1000, count);
        AllocationBudget.Check("sse_scan_event", allocated / 1000.0);
    }

    private static int ScanAll(SseScanner scanner, ReadOnlySequence<byte> wire)
    {
        var count = 0;
        while (scanner.TryRead(ref wire, out var sseEvent) == SseScanStatus.Event)
        {
            count += sseEvent.HasData ? 1 : 0;
        }

        return count;
    }

    private static List<Seen> Scan(byte[] wire, int bytesPerRead)
    {
        using var scanner = new SseScanner();
        var seen = new List<Seen>();
        var pending = ReadOnlySequence<byte>.Empty;
        for (var at = 0; at < wire.Length; at += bytesPerRead)
        {
            var read = wire.AsMemory(at, Math.Min(bytesPerRead, wire.Length - at));
            pending = Segment.Append(pending, read);
            while (scanner.TryRead(ref pending, out var sseEvent) == SseScanStatus.Event)
            {
                seen.Add(Seen.Of(sseEvent));
            }
        }

        if (scanner.TryReadLast(ref pending, out var last))
        {
            seen.Add(Seen.Of(last));
        }

        return seen;
    }

    private sealed record Seen(string Raw, string Data, string Type, bool HasData, bool HasFields, bool IsDone)
    {
        public static Seen Of(in SseEvent e) => new(
            Encoding.UTF8.GetString(e.Raw), Encoding.UTF8.GetString(e.Data), Encoding.UTF8.GetString(e.Type), e.HasData, e.HasFields, e.IsDone);
    }

    /// <summary>Sequences of many segments: each read is one of its own.</summary>
    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        private Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public static ReadOnlySequence<byte> Append(in ReadOnlySequence<byte> sequence, ReadOnlyMemory<byte> memory)
        {
            Segment? first = null, last = null;
            foreach (var part in sequence)
            {
                Add(part);
            }

            Add(memory);
            return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);

            void Add(ReadOnlyMemory<byte> part)
            {
                var segment = new Segment(part) { RunningIndex = last is null ? 0 : last.RunningIndex + last.Memory.Length };
                first ??= segment;
                if (last is not null)
                {
                    last.Next = segment;
                }

                last = segment;
            }
        }
    }
}
