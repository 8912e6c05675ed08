using System.Text;
using System.Text.Json;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Json.Codecs;

namespace Switchboard.Tests.Protocol.Json;

public sealed class WireReaderTests
{
    [Theory]
    [InlineData("12", 12)]
    [InlineData("-0", 0)]
    [InlineData("12.0", 12)]
    [InlineData("1e3", 1000)]
    [InlineData("1.2E+1", 12)]
    [InlineData("-1200e-2", -12)]
    [InlineData("0.0000e99999999999999999999", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("-9223372036854775808.000", long.MinValue)]
    [InlineData("0.00000000000000000001e20", 1)]
    public void An_integer_may_be_spelled_in_any_way(string json, long value) =>
        Assert.Equal(value, WireJson.Deserialize<long, Int64Codec>(json));

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e-1")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("92233720368547758080e-1")]
    [InlineData("1e19")]
    [InlineData("1e999999999999999999999999")]
    [InlineData("1e-999999999999999999999999")]
    [InlineData("99999999999999999999")]
    [InlineData("12345678901234567890123")]
    public void Other_numbers_are_no_integers_of_64_bits(string json) =>
        Throws<long, Int64Codec>(json, "expected an integer from -9223372036854775808 to 9223372036854775807.");

    [Theory]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("-2147483648", int.MinValue)]
    [InlineData("3e2", 300)]
    public void An_integer_of_32_bits_is_read_to_its_ends(string json, int value) =>
        Assert.Equal(value, WireJson.Deserialize<int, Int32Codec>(json));

    [Theory]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    [InlineData("1e10")]
    [InlineData("0.5")]
    public void Beyond_its_ends_it_is_refused_with_the_range(string json) =>
        Throws<int, Int32Codec>(json, "expected an integer from -2147483648 to 2147483647.");

    [Theory]
    [InlineData("0.1", 0.1)]
    [InlineData("-0", -0.0)]
    [InlineData("1e308", 1e308)]
    [InlineData("4.9e-324", double.Epsilon)]
    [InlineData("1e-999", 0)]
    [InlineData("9007199254740993", 9007199254740992)]
    public void A_double_is_the_nearest_one(string json, double value) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(WireJson.Deserialize<double, DoubleCodec>(json)));

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e309")]
    public void A_double_is_finite(string json) => Throws<double, DoubleCodec>(json, "expected a number within the range of a double.");

    [Fact]
    public void A_number_of_ten_thousand_digits_is_read_or_refused_like_any_other()
    {
        var digits = new string('9', 10_000);

        Assert.Equal(1, WireJson.Deserialize<double, DoubleCodec>("0." + digits));
        Assert.Equal(0, WireJson.Deserialize<double, DoubleCodec>("1e-" + digits));
        Assert.Equal(7, WireJson.Deserialize<long, Int64Codec>("7." + new string('0', 10_000)));
        Throws<double, DoubleCodec>(digits, "expected a number within");
        Throws<long, Int64Codec>(digits, "expected an integer from");
        Throws<long, Int64Codec>("1e" + digits, "expected an integer from");
        Throws<DateTimeOffset, UnixTimeCodec>(digits, "expected a time");
        Assert.Equal(digits, RawJson.Parse(digits).ToString());
    }

    [Theory]
    [InlineData("1700000000", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("1700000000.25", "2023-11-14T22:13:20.2500000Z")]
    [InlineData("1.7000000001234567e9", "2023-11-14T22:13:20.1234567Z")]
    [InlineData("1700000000.12345678999", "2023-11-14T22:13:20.1234567Z")]
    [InlineData("-1.5", "1969-12-31T23:59:58.5000000Z")]
    [InlineData("-62135596800", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("253402300799.9999999", "9999-12-31T23:59:59.9999999Z")]
    public void A_time_is_seconds_with_or_without_a_fraction(string json, string time) =>
        Assert.Equal(time, WireJson.Deserialize<DateTimeOffset, UnixTimeCodec>(json).UtcDateTime.ToString("O"));

    [Theory]
    [InlineData("-62135596801")]
    [InlineData("-62135596800.0000001")]
    [InlineData("253402300800")]
    [InlineData("253402300800.0")]
    [InlineData("9223372036854775807")]
    [InlineData("1e30")]
    public void A_time_is_within_the_years_1_to_9999(string json) =>
        Throws<DateTimeOffset, UnixTimeCodec>(json, "expected a time in seconds within the years 1 to 9999.");

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"AQID\"", "010203")]
    [InlineData("\"\\/\\/8=\"", "FFFF")]
    public void Base64_is_read_with_its_escapes(string json, string hex) =>
        Assert.Equal(hex, Convert.ToHexString(WireJson.Deserialize<ReadOnlyMemory<byte>, Base64Codec>(json).Span));

    [Theory]
    [InlineData("\"A\"")]
    [InlineData("\"AQI\"")]
    [InlineData("\"A?ID\"")]
    [InlineData("\"é===\"")]
    public void Other_strings_are_no_base64(string json) =>
        Throws<ReadOnlyMemory<byte>, Base64Codec>(json, "expected a base64 string.");

    [Theory]
    [InlineData("{}", "an object")]
    [InlineData("[]", "an array")]
    [InlineData("\"a\"", "a string")]
    [InlineData("1", "a number")]
    [InlineData("true", "a boolean")]
    [InlineData("false", "a boolean")]
    [InlineData("null", "null")]
    public void A_value_of_another_kind_is_named(string json, string kind)
    {
        Check<string, StringCodec>("a string");
        Check<ReadOnlyMemory<byte>, Base64Codec>("a string");
        Check<bool, BooleanCodec>("a boolean");
        Check<int, Int32Codec>("an integer", "a number");
        Check<long, Int64Codec>("an integer", "a number");
        Check<double, DoubleCodec>("a number");
        Check<DateTimeOffset, UnixTimeCodec>("a time in seconds", "a number");
        Check<ReadOnlyMemory<float>, FloatsCodec>("an array");
        Check<IReadOnlyList<string>, ListCodec<string, StringCodec>>("an array");
        Check<IReadOnlyDictionary<string, string>, MapCodec<string, StringCodec>>("an object");
        Check<SampleUsage, SampleUsage>("an object");

        void Check<T, TCodec>(string expected, string? own = null)
            where TCodec : IWireCodec<T>
        {
            if (kind != (own ?? expected) && !(kind == "a string" && typeof(TCodec) == typeof(Base64Codec)))
            {
                Throws<T, TCodec>(json, $"expected {expected}, found {kind}. Path: $ | LineNumber: 0 | BytePositionInLine: 0.");
            }
        }
    }

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udc4b\"", "a\"\\/\b\f\n\r\té👋")]
    [InlineData("\"é👋\u2028\u007f\"", "é👋\u2028\u007f")]
    [InlineData("\"\\u0000\"", "\0")]
    public void A_string_is_read_with_its_escapes(string json, string value)
    {
        Assert.Equal(value, WireJson.Deserialize<string, StringCodec>(json));
        Assert.True(new WireReader(Encoding.UTF8.GetBytes(json)).ValueEquals(Encoding.UTF8.GetBytes(value)));
        Assert.False(new WireReader(Encoding.UTF8.GetBytes(json)).ValueEquals("other"u8));
        Assert.Equal([value], WireJson.Deserialize<IReadOnlyDictionary<string, long>, MapCodec<long, Int64Codec>>($$"""{{{json}}:1}""").Keys);
    }

    [Theory]
    [InlineData("\\n", "\n")]
    [InlineData("\\u00e9\\\"", "é\"")]
    [InlineData("\\ud83d\\ude00", "😀")]
    [InlineData("\\\\—\\t", "\\—\t")]
    [InlineData("\\r«", "\r«")]
    [InlineData("日本語\\n😀", "日本語\n😀")]
    [InlineData("é日😀", "é日😀")]
    public void A_string_is_read_wherever_in_it_something_else_than_plain_text_stands(string escaped, string text)
    {
        for (var before = 0; before < 40; before++)
        {
            for (var behind = 0; behind < 40; behind++)
            {
                var json = $"\"{new string('a', before)}{escaped}{new string('z', behind)}\"";

                Assert.Equal($"{new string('a', before)}{text}{new string('z', behind)}", WireJson.Deserialize<string, StringCodec>(json));
            }
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n\t")]
    [InlineData("\n \n")]
    public void Lines_may_be_indented_by_any_depth(string line)
    {
        for (var depth = 0; depth < 70; depth++)
        {
            var space = line + new string(' ', depth);

            Assert.Equal([1, 2], WireJson.Deserialize<IReadOnlyList<int>, ListCodec<int, Int32Codec>>($"{space}[{space}1{space},{space}2{space}]{space}"));
            Throws<IReadOnlyList<int>, ListCodec<int, Int32Codec>>($"[{space}\f1]", "'0x0C' is an invalid start of a value.");
        }
    }

    [Fact]
    public void Only_a_string_equals_a_text() => Assert.False(new WireReader("12"u8).ValueEquals("12"u8));

    [Fact]
    public void A_name_without_escapes_is_a_part_of_the_source()
    {
        var source = """{ "first" : 1, "sec\u006fnd":2}"""u8;
        var reader = new WireReader(source);
        reader.ReadStartObject();

        Assert.True(reader.NextMember(out var first));
        Assert.True(first.Overlaps(source));
        Assert.True(reader.NextMember(out var second));
        Assert.Equal("second", Encoding.UTF8.GetString(second));
        Assert.Equal(2, reader.ReadInt64());
        Assert.False(reader.NextMember(out _));
        Assert.Equal(JsonTokenType.EndObject, reader.TokenType);
    }

    [Fact]
    public void A_value_is_skipped_or_kept_to_its_last_token()
    {
        var reader = new WireReader(""" { "a" : { "x":[1, {}] } , "b" : [ "\u0041" , 2 ], "c":true , "d": 1 } """u8);
        reader.ReadStartObject();

        Assert.True(reader.NextMember(out _));
        reader.Skip();
        Assert.Equal(JsonTokenType.EndObject, reader.TokenType);
        Assert.True(reader.NextMember(out _));
        Assert.Equal("""[ "\u0041" , 2 ]""", reader.ReadRaw().ToString());
        Assert.True(reader.NextMember(out _));
        reader.Skip();
        Assert.True(reader.NextMember(out var name));
        Assert.Equal("d", Encoding.UTF8.GetString(name));
        Assert.Equal("1", reader.ReadRaw().ToString());
        Assert.False(reader.NextMember(out _));
    }

    [Fact]
    public void Members_are_asked_of_objects_and_elements_of_arrays()
    {
        Assert.Throws<JsonException>(() => new WireReader("[1]"u8).NextMember(out _));
        Assert.Throws<JsonException>(() => new WireReader("{}"u8).NextElement());
        Assert.Throws<JsonException>(() => new WireReader("1,2"u8).NextElement());
        Assert.Throws<JsonException>(() => new WireReader("\"a\":1"u8).NextMember(out _));
    }

    [Fact]
    public void Only_a_string_has_the_bytes_of_one()
    {
        var reader = new WireReader("""["a\n",null,12,[]]"""u8);

        Assert.True(reader.NextElement());
        Assert.Equal("a\\n", Encoding.UTF8.GetString(reader.ValueSpan));
        while (reader.NextElement())
        {
            Assert.True(reader.ValueSpan.IsEmpty);
            reader.Skip();
        }
    }

    [Fact]
    public void One_byte_order_mark_is_passed_over()
    {
        byte[] mark = [0xEF, 0xBB, 0xBF];

        Assert.Equal(12, WireJson.Deserialize<long, Int64Codec>([.. mark, .. "12"u8]));
        Assert.Throws<JsonException>(() => WireJson.Deserialize<long, Int64Codec>([.. mark, .. mark, .. "12"u8]));
        Assert.Throws<JsonException>(() => WireJson.Deserialize<long, Int64Codec>(mark));
    }

    private static void Throws<T, TCodec>(string json, string message)
        where TCodec : IWireCodec<T>
    {
        var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<T, TCodec>(json));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }
}
