using System.Text;
using Switchboard.Protocol.Sse;

namespace Switchboard.Tests.Protocol.Sse;

public sealed class SseLimitTests
{
    private static readonly SseLimits s_limits = new() { MaxLineBytes = 20, MaxEventBytes = 50 };

    public static TheoryData<int> Sizes => [1, 2, 7, 4096];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_line_of_the_longest_length_is_read_and_one_byte_more_is_not(int bytesPerRead)
    {
        var longest = "data: " + new string('x', 14);

        var whole = await ReadAsync($"{longest}\n\n{longest}\r\n\r\n{longest}", bytesPerRead);
        var (events, fault) = await ReadToFaultAsync($"{longest}\n\n{longest}x\n\ndata: never\n\n", bytesPerRead);

        Assert.Equal(3, whole.Count);
        Assert.Single(events);
        Assert.Equal((SseScanStatus.LineTooLong, 20), (fault.Status, fault.LimitBytes));
        Assert.Equal("A line of the event stream is longer than 20 bytes (SseLimits.MaxLineBytes).", fault.Message);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task An_event_of_the_largest_size_is_read_and_one_byte_more_is_not(int bytesPerRead)
    {
        var largest = $"data: {new string('x', 14)}\r\ndata: {new string('y', 10)}\r\nid: 123456";

        // The LF of a cut CRLF comes before the second event, and counts for none.
        var whole = await ReadAsync($"data: a\n\r\n{largest}\r\n\r\n{largest}", bytesPerRead);
        var (events, fault) = await ReadToFaultAsync($"data: a\r\n\r\n{largest}7\r\n\r\ndata: never\r\n\r\n", bytesPerRead);

        Assert.Equal(3, whole.Count);
        Assert.Single(events);
        Assert.Equal((SseScanStatus.EventTooLarge, 50), (fault.Status, fault.LimitBytes));
        Assert.Equal("An event of the stream is larger than 50 bytes (SseLimits.MaxEventBytes).", fault.Message);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Comments_count_too_until_a_blank_line(int bytesPerRead)
    {
        var comments = string.Concat(Enumerable.Repeat(": keep-alive\n", 20));

        var (events, fault) = await ReadToFaultAsync(comments, bytesPerRead);
        var separate = await ReadAsync(comments.Replace("\n", "\n\n", StringComparison.Ordinal) + "data: a\n\n", bytesPerRead);

        Assert.Empty(events);
        Assert.Equal(SseScanStatus.EventTooLarge, fault.Status);
        Assert.Single(separate);
    }

    [Fact]
    public async Task A_line_without_end_is_refused_before_it_has_come_whole()
    {
        var body = new CutStream(Endless());

        var fault = await Assert.ThrowsAsync<SseLimitException>(() => ReadEvent.ReadIntoAsync([], body, 4096, s_limits));

        Assert.Equal(SseScanStatus.LineTooLong, fault.Status);

        static IEnumerable<ReadOnlyMemory<byte>> Endless() => Enumerable.Repeat(new ReadOnlyMemory<byte>("data: and so on and on "u8.ToArray()), 100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(SseLimits.Largest + 1)]
    public void A_limit_out_of_range_is_refused(int bytes)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SseLimits { MaxLineBytes = bytes });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SseLimits { MaxEventBytes = bytes });
    }

    private static async Task<List<ReadEvent>> ReadAsync(string wire, int bytesPerRead)
    {
        var events = new List<ReadEvent>();
        await ReadEvent.ReadIntoAsync(events, Body(wire, bytesPerRead), 4096, s_limits);
        return events;
    }

    private static async Task<(List<ReadEvent> Events, SseLimitException Fault)> ReadToFaultAsync(string wire, int bytesPerRead)
    {
        var events = new List<ReadEvent>();
        var fault = await Assert.ThrowsAsync<SseLimitException>(() => ReadEvent.ReadIntoAsync(events, Body(wire, bytesPerRead), 4096, s_limits));
        return (events, fault);
    }

    private static CutStream Body(string wire, int bytesPerRead) => new(Cuts.Of(Encoding.UTF8.GetBytes(wire), bytesPerRead));
}
