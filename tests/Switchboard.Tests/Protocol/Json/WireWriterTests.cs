using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Json.Codecs;

namespace Switchboard.Tests.Protocol.Json;

public sealed class WireWriterTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261121, 7).WithQuietOnSuccess(true);

    // Any UTF-16 units: halves of pairs, control characters and what must be escaped come often.
    private static readonly Arbitrary<string> s_texts = Gen.OneOf(
            Gen.Choose(0, 0x7F), Gen.Choose(0, 0x22), Gen.Elements('"', '\\', '/', '\u007f', '\u2028').Select(c => (int)c),
            Gen.Choose(0xD800, 0xDFFF), Gen.Choose(0, 0xFFFF))
        .Select(c => (char)c).ListOf().Select(units => new string([.. units])).ToArbitrary();

    public static TheoryData<int> Outputs => [0, 1, 16, 4096];

    [Fact]
    public void Any_text_reads_back_as_itself_with_halves_of_pairs_replaced() => Prop.ForAll(s_texts, text =>
    {
        var json = WireJson.SerializeToUtf8Bytes<string, StringCodec>(text);

        using var document = JsonDocument.Parse(json);
        Assert.Equal(Replaced(text), document.RootElement.GetString());
        Assert.Equal(Replaced(text), WireJson.Deserialize<string, StringCodec>(json));
        Assert.Equal(WithName(Replaced(text)), WithName(text));
    }).Check(s_config);

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Long_text_goes_through_any_output(int extra)
    {
        foreach (var unit in new[] { "a", "é", "€", "👋", "\n", "\u0001", "a\"", "\ud800", "0123456789\\", "abcdefghijklmnopqrstuvwxyzé" })
        {
            foreach (var count in new[] { 0, 1, 15, 16, 17, 31, 33, 85, 86, 255, 256, 257, 1366, 4096, 20_000 })
            {
                var text = string.Concat(Enumerable.Repeat(unit, count));
                var output = new CountedOutput(extra);

                WireJson.Serialize<IReadOnlyList<string>, ListCodec<string, StringCodec>>(output, [text, "b"]);

                using var document = JsonDocument.Parse(output.Written);
                Assert.Equal([Replaced(text), "b"], document.RootElement.EnumerateArray().Select(e => e.GetString()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Every_kind_of_value_goes_through_any_output(int extra)
    {
        var output = new CountedOutput(extra);
        var writer = new WireWriter(output);
        writer.WriteStartArray();
        for (var i = 0; i < 500; i++)
        {
            writer.WriteStartObject();
            writer.WriteName("\"a\":"u8);
            writer.WriteInt64(long.MinValue + i);
            writer.WriteName("b\n");
            writer.WriteDouble(-double.MaxValue);
            writer.WriteName("\"c\":"u8);
            writer.WriteUnixTime(DateTimeOffset.MinValue.AddTicks(1));
            writer.WriteName("\"d\":"u8);
            writer.WriteBase64(new byte[i]);
            writer.WriteName("\"e\":"u8);
            writer.WriteRaw(Encoding.UTF8.GetBytes("[" + new string(' ', i * 10) + "]"));
            writer.WriteName("\"f\":"u8);
            writer.WriteStartArray();
            writer.WriteBoolean(true);
            writer.WriteBoolean(false);
            writer.WriteNull();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();

        using var document = JsonDocument.Parse(output.Written);
        Assert.Equal(500, document.RootElement.GetArrayLength());
        foreach (var (element, i) in document.RootElement.EnumerateArray().Select((e, i) => (e, i)))
        {
            Assert.Equal(long.MinValue + i, element.GetProperty("a").GetInt64());
            Assert.Equal(-double.MaxValue, element.GetProperty("b\n").GetDouble());
            Assert.Equal("-62135596799.9999999", element.GetProperty("c").GetRawText());
            Assert.Equal(new byte[i], element.GetProperty("d").GetBytesFromBase64());
            Assert.Equal("[true,false,null]", element.GetProperty("f").GetRawText());
        }
    }

    [Fact]
    public void Only_what_json_demands_is_escaped() => Assert.Equal(
        "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f/<>&'\u007fé€👋\u2028\uFFFD\"",
        WireJson.SerializeToString<string, StringCodec>("\"\\\b\f\n\r\t\0\u001f/<>&'\u007fé€👋\u2028\udc00"));

    [Fact]
    public void Any_double_reads_back_as_itself() => Prop.ForAll(
        Gen.Choose(int.MinValue, int.MaxValue).Two().Select(halves => BitConverter.Int64BitsToDouble(((long)halves.Item1 << 32) | (uint)halves.Item2))
            .Where(double.IsFinite).ToArbitrary(),
        number =>
        {
            var json = WireJson.SerializeToUtf8Bytes<double, DoubleCodec>(number);

            using var document = JsonDocument.Parse(json);
            Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(document.RootElement.GetDouble()));
            Assert.Equal(number.ToString("R", CultureInfo.InvariantCulture), Encoding.UTF8.GetString(json));
            Assert.Equal(number, WireJson.Deserialize<double, DoubleCodec>(json));
        }).Check(s_config);

    [Fact]
    public void Any_long_reads_back_as_itself() => Prop.ForAll(
        Gen.Choose(int.MinValue, int.MaxValue).Two().Select(halves => ((long)halves.Item1 << 32) | (uint)halves.Item2).ToArbitrary(),
        number =>
        {
            var json = WireJson.SerializeToUtf8Bytes<long, Int64Codec>(number);

            using var document = JsonDocument.Parse(json);
            Assert.Equal(number, document.RootElement.GetInt64());
            Assert.Equal(number, WireJson.Deserialize<long, Int64Codec>(json));
        }).Check(s_config);

    [Fact]
    public void Any_time_reads_back_as_itself() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Three().Select(parts =>
            new DateTimeOffset((((long)parts.Item1 << 31) | (uint)parts.Item2) % DateTime.MaxValue.Ticks, TimeSpan.Zero)
                .AddTicks(parts.Item3 % 4 == 0 ? 0 : -(parts.Item1 % TimeSpan.TicksPerSecond))).ToArbitrary(),
        time =>
        {
            var json = WireJson.SerializeToUtf8Bytes<DateTimeOffset, UnixTimeCodec>(time);

            Assert.Equal(time, WireJson.Deserialize<DateTimeOffset, UnixTimeCodec>(json));
        }).Check(s_config);

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", "0")]
    [InlineData("2023-11-14T22:13:20Z", "1700000000")]
    [InlineData("2023-11-14T23:13:20.5+01:00", "1700000000.5")]
    [InlineData("2023-11-14T22:13:20.0000001Z", "1700000000.0000001")]
    [InlineData("1969-12-31T23:59:58.5Z", "-1.5")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "253402300799.9999999")]
    public void A_time_has_a_fraction_only_where_there_is_one(string time, string json) =>
        Assert.Equal(json, WireJson.SerializeToString<DateTimeOffset, UnixTimeCodec>(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Json_has_no_such_number(double number) =>
        Assert.Throws<ArgumentException>(() => WireJson.SerializeToUtf8Bytes<double, DoubleCodec>(number));

    [Fact]
    public void An_output_and_texts_are_needed()
    {
        Assert.Throws<ArgumentNullException>(() => new WireWriter(null!));
        Assert.Throws<ArgumentNullException>(() => new WireWriter(new CountedOutput(0)).WriteName((string)null!));
        Assert.Throws<ArgumentNullException>(() => new WireWriter(new CountedOutput(0)).WriteString(null!));
    }

    [Fact]
    public void Serialising_within_serialising_has_a_scratch_buffer_of_its_own()
    {
        var inner = new SampleUsage { Tokens = 1 };

        var json = WireJson.SerializeToString<string, Nested>(inner.ToString());

        Assert.Equal("[\"{\\\"tokens\\\":1}\",\"{\\\"tokens\\\":2}\"]", json);
    }

    [Fact]
    public void A_scratch_buffer_grows_and_starts_empty_each_time()
    {
        var large = new string('x', 1_000_000);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(large.Length + 2, WireJson.SerializeToUtf8Bytes<string, StringCodec>(large).Length);
            Assert.Equal("\"a\"", WireJson.SerializeToString<string, StringCodec>("a"));
        }
    }

    private static string WithName(string name) =>
        WireJson.SerializeToString<IReadOnlyDictionary<string, bool>, MapCodec<bool, BooleanCodec>>(new Dictionary<string, bool> { [name] = true });

    private static string Replaced(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private readonly struct Nested : IWireCodec<string>
    {
        public static string Read(ref WireReader reader) => reader.ReadString();

        public static void Write(ref WireWriter writer, string value)
        {
            writer.WriteStartArray();
            writer.WriteString(value);
            writer.WriteString(new SampleUsage { Tokens = 2 }.ToString());
            writer.WriteEndArray();
        }
    }

    /// <summary>An output that gives just as much as is asked for and so many bytes more, in fresh memory each time.</summary>
    private sealed class CountedOutput(int extra) : IBufferWriter<byte>
    {
        private readonly ArrayBufferWriter<byte> _written = new();
        private byte[] _lent = [];

        public ReadOnlyMemory<byte> Written => _written.WrittenMemory;

        public void Advance(int count)
        {
            _written.Write(_lent.AsSpan(0, count));
            _lent.AsSpan().Fill((byte)'!');
            _lent = [];
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _lent = new byte[Math.Max(1, sizeHint) + extra];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
