using System.Buffers;
using System.Text;
using Switchboard.Protocol.Sse;
using Switchboard.Tests.Budgets;

namespace Switchboard.Tests.Protocol.Sse;

public sealed class SseScannerTests
{
    public static TheoryData<int> Sizes => [1, 2, 7, 4096];

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
    public void Both_halves_of_a_crlf_stay_in_one_event(int bytesPerRead)
    {
        var events = Scan("data: a\r\n\r\ndata: b\r\n\r\n"u8.ToArray(), bytesPerRead);

        Assert.Equal(["data: a\r\n\r\n", "data: b\r\n\r\n"], events.Select(e => e.Raw));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_byte_order_mark_is_no_part_of_the_first_event(int bytesPerRead)
    {
        var seen = Assert.Single(Scan("\uFEFFdata: a\n\n"u8.ToArray(), bytesPerRead));

        Assert.Equal(("data: a\n\n", "a"), (seen.Raw, seen.Data));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_event_tells_its_own_fields(int bytesPerRead)
    {
        var events = Scan("id: 7\nretry: 20\nevent: x\ndata: a\n\nid\nretry: 2x\ndata\n\nid: a\0b\nevent\n\ndata: b\nid: 9"u8.ToArray(), bytesPerRead);

        Assert.Equal(
            [("x", "a", "7", 20, true, true), ("", "", "", null, true, true), ("", "", "-", null, false, true), ("", "b", "9", (int?)null, true, false)],
            events.Select(e => (e.Type, e.Data, e.Id, e.Retry, e.HasData, e.IsComplete)));
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
        foreach (var read in Cuts.Of(wire, bytesPerRead))
        {
            pending = Cuts.Append(pending, read);
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

    private sealed record Seen(string Raw, string Data, string Type, string Id, int? Retry, bool HasData, bool HasFields, bool IsComplete, bool IsDone)
    {
        public static Seen Of(in SseEvent e) => new(
            Encoding.UTF8.GetString(e.Raw),
            Encoding.UTF8.GetString(e.Data),
            Encoding.UTF8.GetString(e.Type),
            e.HasId ? Encoding.UTF8.GetString(e.Id) : "-",
            e.RetryMilliseconds,
            e.HasData,
            e.HasFields,
            e.IsComplete,
            e.IsDone);
    }
}
