using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Protocol.Sse;

namespace Switchboard.Tests.Protocol.Sse;

/// <summary>What holds for every stream, however it is cut.</summary>
public sealed class SsePropertyTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(20261121, 7).WithQuietOnSuccess(true);

    // Whole fields, and bits of them that come together in every wrong way too. Characters are bytes.
    private static readonly string[] s_bits =
    [
        "data: {\"a\":1}", "data", "data:", "da", "ta: ", "event: x", "event", "event:error", "id: 7", "id", "id:", "retry: 250", "retry:", "retry: 2a",
        "foo: bar", ":", " ", ": c", "x", "9", "[DONE]", "\0", "{", "}", "\u00D0\u00B8", "\u00F0\u009F", "\u0098\u0080", "\u00EF\u00BB\u00BF", "\u00EF", "\u00FF",
    ];

    private static readonly string[] s_ends = ["\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n", "\n\r", "\n\r\n"];

    private static readonly Gen<string> s_streams = Gen.Frequency(
            (3, Gen.Elements(s_bits)), (3, Gen.Elements(s_ends)), (2, Gen.Elements(s_ends).SelectMany(_ => Gen.Elements(s_bits), (end, bit) => bit + end)))
        .ListOf().Select(string.Concat);

    private static readonly Gen<Cutting> s_cuttings =
        from lengths in Gen.Choose(0, 12).ListOf()
        from bufferSize in Gen.Choose(16, 80)
        select new Cutting([.. lengths, 3], bufferSize);

    private static readonly Arbitrary<Sample> s_cases =
        Arb.From(s_streams.SelectMany(_ => s_cuttings, (wire, cutting) => new Sample(wire, cutting)), Smaller);

    [Fact]
    public void Any_cut_of_a_stream_gives_the_events_of_the_whole() => Prop.ForAll(s_cases, sample =>
    {
        var bytes = Encoding.Latin1.GetBytes(sample.Wire);

        var whole = Read(Cuts.Of(bytes, []), 4096);
        var cut = Read(Cuts.Of(bytes, sample.Cutting.Lengths), sample.Cutting.BufferSize);

        Assert.Equal(whole, cut);
    }).Check(s_config);

    [Fact]
    public void The_events_are_those_of_a_plain_reading_of_the_standard() => Prop.ForAll(s_cases, sample =>
    {
        var events = Read(Cuts.Of(Encoding.Latin1.GetBytes(sample.Wire), sample.Cutting.Lengths), sample.Cutting.BufferSize);

        Assert.Equal(PlainSse.Read(sample.Wire), events.Select(e => e with { Kind = default }));
    }).Check(s_config);

    [Fact]
    public void The_events_with_data_are_those_of_the_frameworks_reader() => Prop.ForAll(s_cases, sample =>
    {
        var bytes = Encoding.Latin1.GetBytes(sample.Wire);
        using var stream = new MemoryStream(bytes);
        var expected = SseParser.Create(stream, static (_, data) => Encoding.Latin1.GetString(data)).Enumerate().ToList();

        var all = Read(Cuts.Of(bytes, sample.Cutting.Lengths), sample.Cutting.BufferSize);
        var events = all.Where(e => e.IsComplete && e.HasData).ToList();

        Assert.Equal(expected.Select(item => item.Data), events.Select(e => e.Data));
        if (!all.Exists(e => !e.HasData))
        {
            // The framework's reader keeps the name of an event without data for the next event; the standard does not.
            Assert.Equal(expected.Select(item => item.EventType is SseParser.EventTypeDefault ? "" : item.EventType), events.Select(e => Utf8(e.Type)));
        }
    }).Check(s_config);

    [Fact]
    public void The_scanners_raw_bytes_are_the_stream_and_its_events_the_readers() => Prop.ForAll(s_cases, sample =>
    {
        var bytes = Encoding.Latin1.GetBytes(sample.Wire);
        var raw = new StringBuilder();
        var events = new List<(string Type, string Data, bool IsComplete)>();

        Scan(Cuts.Of(bytes, sample.Cutting.Lengths), (in SseEvent e) =>
        {
            raw.Append(Encoding.Latin1.GetString(e.Raw));
            if (e.HasData || e.HasType || (e.HasFields && !e.IsComplete))
            {
                events.Add((Encoding.Latin1.GetString(e.Type), Encoding.Latin1.GetString(e.Data), e.IsComplete));
            }
        });

        Assert.Equal(sample.Wire.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? sample.Wire[3..] : sample.Wire, raw.ToString());
        Assert.Equal(Read(Cuts.Of(bytes, []), 4096).Select(e => (e.Type, e.Data, e.IsComplete)), events);
    }).Check(s_config);

    [Fact]
    public void Limits_are_passed_at_the_same_place_however_a_stream_is_cut() => Prop.ForAll(
        s_cases,
        Gen.Choose(1, 30).SelectMany(_ => Gen.Choose(1, 60), (line, whole) => new SseLimits { MaxLineBytes = line, MaxEventBytes = whole }).ToArbitrary(),
        (sample, limits) =>
        {
            var bytes = Encoding.Latin1.GetBytes(sample.Wire);

            Assert.Equal(
                ReadToFault(Cuts.Of(bytes, []), 4096, limits),
                ReadToFault(Cuts.Of(bytes, sample.Cutting.Lengths), sample.Cutting.BufferSize, limits));
        }).Check(s_config);

    [Fact]
    public void What_is_written_is_read() => Prop.ForAll(Written(), sample =>
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WriteComment(output, Encoding.Latin1.GetBytes(sample.Data));
        SseWriter.WriteEvent(output, Encoding.Latin1.GetBytes(sample.Type), Encoding.Latin1.GetBytes(sample.Data), Encoding.Latin1.GetBytes(sample.Id), sample.Retry);

        var only = Assert.Single(Read(Cuts.Of(output.WrittenSpan.ToArray(), sample.Cutting.Lengths), sample.Cutting.BufferSize));

        var data = sample.Data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        Assert.Equal((sample.Type, data, sample.Id, sample.Retry, true), (only.Type, only.Data, only.LastEventId, only.Retry, only.IsComplete));
    }).Check(s_config);

    private static Arbitrary<(string Type, string Data, string Id, int? Retry, Cutting Cutting)> Written()
    {
        var words = Gen.Elements("a", " ", ":", "data", "\u00EF\u00BB\u00BF", "\u00FF", "id: 1").ListOf().Select(string.Concat);
        var retries = Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, int.MaxValue).Select(number => (int?)number));
        return (from type in words
                from data in s_streams
                from id in words
                from retry in retries
                from cutting in s_cuttings
                select (type, data, id, retry, cutting)).ToArbitrary();
    }

    private static List<ReadEvent> Read(IEnumerable<ReadOnlyMemory<byte>> pieces, int bufferSize)
    {
        var events = new List<ReadEvent>();
        ReadEvent.ReadInto(events, pieces, bufferSize, limits: null);
        return events;
    }

    private static Outcome ReadToFault(IEnumerable<ReadOnlyMemory<byte>> pieces, int bufferSize, SseLimits limits)
    {
        var events = new List<ReadEvent>();
        try
        {
            ReadEvent.ReadInto(events, pieces, bufferSize, limits);
            return new Outcome(events, null);
        }
        catch (SseLimitException exception)
        {
            return new Outcome(events, exception.Message);
        }
    }

    private delegate void Take(in SseEvent sseEvent);

    private static string Utf8(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    // As the relay does: what waits for more is looked at again, in ever more segments.
    private static void Scan(IEnumerable<ReadOnlyMemory<byte>> pieces, Take take)
    {
        using var scanner = new SseScanner();
        var pending = ReadOnlySequence<byte>.Empty;
        foreach (var piece in pieces)
        {
            pending = Cuts.Append(pending, piece);
            while (scanner.TryRead(ref pending, out var sseEvent) == SseScanStatus.Event)
            {
                take(sseEvent);
            }
        }

        if (scanner.TryReadLast(ref pending, out var last))
        {
            take(last);
        }
    }

    // Half of the stream, or all but one byte, or fewer cuts.
    private static IEnumerable<Sample> Smaller(Sample sample)
    {
        var (wire, cutting) = sample;
        for (var length = wire.Length / 2; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= wire.Length; at += length)
            {
                yield return new Sample(wire.Remove(at, length), cutting);
            }
        }

        if (cutting.Lengths.Length > 1)
        {
            yield return new Sample(wire, cutting with { Lengths = [1] });
            yield return new Sample(wire, cutting with { Lengths = cutting.Lengths[1..] });
        }
    }

    /// <summary>How a stream is cut into reads, and how large the segments are that they go into.</summary>
    private sealed record Cutting(int[] Lengths, int BufferSize)
    {
        public override string ToString() => $"cut into {string.Join(',', Lengths)}, segments of {BufferSize}";
    }

    private sealed record Sample(string Wire, Cutting Cutting)
    {
        public override string ToString() => $"{JsonSerializer.Serialize(Wire)} {Cutting}";
    }

    private sealed record Outcome(List<ReadEvent> Events, string? Fault)
    {
        public bool Equals(Outcome? other) => other is not null && Fault == other.Fault && Events.SequenceEqual(other.Events);

        public override int GetHashCode() => Events.Count;

        public override string ToString() => $"{string.Join(" · ", Events)} then {Fault ?? "the end"}";
    }
}
