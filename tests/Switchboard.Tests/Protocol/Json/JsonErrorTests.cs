using System.Text;
using System.Text.Json;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Json.Codecs;

namespace Switchboard.Tests.Protocol.Json;

/// <summary>What a failure says: what is wrong, the path, the line and the byte.</summary>
public sealed class JsonErrorTests
{
    [Theory]
    [InlineData("{\"id\":7}", "expected a string, found a number", "$.id", 0, 6)]
    [InlineData("{\n  \"id\": \"é\",\n  \"choices\": [\n    {\"index\": 0},\n    {\"index\": \"1\"}]}", "expected an integer, found a string", "$.choices[1].index", 4, 14)]
    [InlineData("{\"choices\":[{\"text\":null},{\"parts\":[{\"type\":\"text\",\"text\":1}]}]}", "expected a string, found a number", "$.choices[1].parts[0].text", 0, 58)]
    [InlineData("{\"choices\":{}}", "expected an array, found an object", "$.choices", 0, 11)]
    [InlineData("{\"choices\":[null]}", "expected an object, found null", "$.choices[0]", 0, 12)]
    [InlineData("{\"usage\":{\"cost\":1e999}}", "expected a number within the range of a double", "$.usage.cost", 0, 17)]
    [InlineData("{\"usage\":{\"tokens\":1.5}}", "expected an integer from -2147483648 to 2147483647", "$.usage.tokens", 0, 19)]
    [InlineData("{\"metadata\":{\"a.b\":1}}", "expected a string, found a number", "$.metadata['a.b']", 0, 19)]
    [InlineData("{\"metadata\":{\"\":1}}", "expected a string, found a number", "$.metadata['']", 0, 16)]
    [InlineData("{\"metadata\":{\"a\\u002db\":1}}", "expected a string, found a number", "$.metadata.a-b", 0, 24)]
    [InlineData("{\"metadata\":{\"a\":\"b\",\"a\":\"c\"}}", "duplicate member 'a'", "$.metadata.a", 0, 25)]
    [InlineData("{\"id\":\"a\",\"id\":\"b\"}", "duplicate member 'id'", "$.id", 0, 15)]
    [InlineData("{\"id\":\"\\ud83dx\"}", "a string escapes half a character (a lone surrogate)", "$.id", 0, 6)]
    [InlineData("{\"x\":[0,{\"y\":\"\\udc4b\"}]}", "a string escapes half a character (a lone surrogate)", "$.x[1].y", 0, 13)]
    [InlineData("[]", "expected an object, found an array", "$", 0, 0)]
    public void A_value_that_does_not_fit_is_pointed_at(string json, string reason, string path, long line, long column) =>
        Check(Encoding.UTF8.GetBytes(json), reason, path, line, column);

    [Theory]
    [InlineData("", "", "$", 0, 0)]
    [InlineData(" \n ", "", "$", 1, 1)]
    [InlineData("{\"id\":x}", "'x' is an invalid start of a value", "$.id", 0, 6)]
    [InlineData("{\"choices\":[{\"index\":0},\n {\"index\":01}]}", "Invalid leading zero before '1'", "$.choices[1].index", 1, 11)]
    [InlineData("{\"choices\":[{\"index\":0},]}", "", "$.choices[0]", 0, 24)]
    [InlineData("{\"choices\":[{\"index\":0}", "", "$.choices[0]", 0, 23)]
    [InlineData("{\"id\":\"a\" \"b\"}", "", "$.id", 0, 10)]
    [InlineData("{\"id\":\"a\"} {}", "'{' is invalid after a single JSON value", "$", 0, 11)]
    [InlineData("{\"id\":\"a\"}\n\0", "", "$", 1, 0)]
    [InlineData("{\"id\":\"a\nb\"}", "", "$.id", 0, 8)]
    [InlineData("{/**/}", "", "$", 0, 1)]
    [InlineData("{\"usage\":{\"x\":[{\"y\":tru}]}}", "", "$.usage.x[0].y", 0, 23)]
    [InlineData("{\"choices\":[{\"parts\":[{\"a\":1,\"b\":nul}]}]}", "", "$.choices[0].parts[0].b", 0, 36)]
    public void What_is_no_json_is_pointed_at(string json, string reason, string path, long line, long column) =>
        Check(Encoding.UTF8.GetBytes(json), reason, path, line, column);

    [Fact]
    public void Invalid_utf8_is_pointed_at_wherever_it_stands()
    {
        const string Reason = "the text is not valid UTF-8";

        Check([.. "{\"id\":\"é"u8, 0xFF, .. "\"}"u8], Reason, "$.id", 0, 9);
        Check([.. "{\"x\":1,\n\"a"u8, 0xC3, .. "\":[1]}"u8], Reason, "$['a\uFFFD']", 1, 2);
        Check([.. "{\"x\":[1,\""u8, 0xED, 0xA0, 0x80, .. "\"]}"u8], Reason, "$.x[1]", 0, 9);
        Check([.. Encoding.UTF8.GetBytes("{\"x\":\"" + new string('é', 1000)), 0xF0, 0x9F, 0x91], Reason, "$.x", 0, 2006);
    }

    [Fact]
    public void Bytes_count_from_the_byte_order_mark() =>
        Check([0xEF, 0xBB, 0xBF, .. "{\"id\":7}"u8], "expected a string", "$.id", 0, 9);

    [Fact]
    public void Syntax_errors_behind_a_byte_order_mark_are_pointed_at() =>
        Check([0xEF, 0xBB, 0xBF, .. "{\"id\":x}"u8], "'x' is an invalid start", "$.id", 0, 9);

    [Fact]
    public void Half_a_surrogate_pair_in_text_has_no_utf8()
    {
        var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<SampleCompletion>("{\"id\":\"a\ud800\"}"));

        Assert.Equal(("$.id", 0L, 8L), (fault.Path, fault.LineNumber, fault.BytePositionInLine));
    }

    [Fact]
    public void A_long_name_is_cut_in_the_message()
    {
        var name = new string('é', 100_000);

        var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<SampleUsage>($$"""{"{{name}}":1,"{{name}}":2}"""));

        Assert.InRange(fault.Message.Length, 100, 500);
        Assert.InRange(fault.Path!.Length, 100, 110);
    }

    [Fact]
    public void A_fault_inside_a_codec_becomes_one_of_reading()
    {
        var format = Assert.Throws<JsonException>(() => WireJson.Deserialize<string, Throwing<FormatException>>("\n1"));
        var invalid = Assert.Throws<JsonException>(() => WireJson.Deserialize<string, Throwing<InvalidOperationException>>("1"));

        Assert.IsType<FormatException>(format.InnerException);
        Assert.IsType<InvalidOperationException>(invalid.InnerException);
        Assert.Equal(("$", 1L, 0L), (format.Path, format.LineNumber, format.BytePositionInLine));
        Assert.Throws<NotSupportedException>(() => WireJson.Deserialize<string, Throwing<NotSupportedException>>("1"));
    }

    [Fact]
    public void A_codec_that_stops_early_or_goes_too_far_is_found_out()
    {
        Assert.Throws<JsonException>(() => WireJson.Deserialize<string, Stopping>("[1,2]"));
        Assert.Throws<JsonException>(() => WireJson.Deserialize<string, Stopping>("1"));
    }

    [Fact]
    public void An_inner_fault_with_a_path_of_its_own_keeps_its_words_and_gets_the_place_here()
    {
        var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<IReadOnlyList<string>, ListCodec<string, Nested>>("[\n \"[tru]\"]"));

        Assert.Equal(("$[0]", 1L, 1L), (fault.Path, fault.LineNumber, fault.BytePositionInLine));
    }

    private static void Check(byte[] json, string reason, string path, long line, long column)
    {
        var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<SampleCompletion>(json));

        Assert.StartsWith(reason, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith($". Path: {path} | LineNumber: {line} | BytePositionInLine: {column}.", fault.Message, StringComparison.Ordinal);
        Assert.Equal((path, line, column), (fault.Path, fault.LineNumber, fault.BytePositionInLine));
    }

    private readonly struct Throwing<TException> : IWireCodec<string>
        where TException : Exception, new()
    {
        public static string Read(ref WireReader reader) => throw new TException();

        public static void Write(ref WireWriter writer, string value) => throw new TException();
    }

    private readonly struct Stopping : IWireCodec<string>
    {
        public static string Read(ref WireReader reader)
        {
            reader.NextElement();
            return "";
        }

        public static void Write(ref WireWriter writer, string value) => writer.WriteNull();
    }

    private readonly struct Nested : IWireCodec<string>
    {
        public static string Read(ref WireReader reader) => RawJson.Parse(reader.ReadString()).ToString();

        public static void Write(ref WireWriter writer, string value) => writer.WriteString(value);
    }
}
