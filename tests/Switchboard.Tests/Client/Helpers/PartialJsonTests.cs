using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Client.Helpers;
using Switchboard.Testing.Json;
using Switchboard.Tests.Protocol.Values;

namespace Switchboard.Tests.Client.Helpers;

public sealed class PartialJsonTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(1500).WithReplay(20261121, 7).WithQuietOnSuccess(true);
    private static readonly Arbitrary<int> s_seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Theory]
    [InlineData("", "null")]
    [InlineData("  ", "null")]
    [InlineData("-", "null")]
    [InlineData("\"", "\"\"")]
    [InlineData("{", "{}")]
    [InlineData("{\"a", "{}")]
    [InlineData("{\"a\"", "{}")]
    [InlineData("{\"a\":", "{}")]
    [InlineData("{\"a\":-", "{}")]
    [InlineData("{\"a\":\"", "{\"a\":\"\"}")]
    [InlineData("{\"a\":1,", "{\"a\":1}")]
    [InlineData("{\"a\":1, \"b", "{\"a\":1}")]
    [InlineData("{\"a\":1, \"b\\", "{\"a\":1}")]
    [InlineData("{\"a\":[{\"b\":[", "{\"a\":[{\"b\":[]}]}")]
    [InlineData("[t", "[true]")]
    [InlineData("[fal", "[false]")]
    [InlineData("[1,n", "[1,null]")]
    [InlineData("[-1.", "[-1]")]
    [InlineData("[1.5e", "[1.5]")]
    [InlineData("[1.5e+", "[1.5]")]
    [InlineData("[1.5E-7", "[1.5E-7]")]
    [InlineData("\"ab\\", "\"ab\"")]
    [InlineData("\"ab\\u00e", "\"ab\"")]
    [InlineData("\"ab\\ud83d", "\"ab\"")]
    [InlineData("\"ab\\ud83d\\ude0", "\"ab\"")]
    [InlineData("\"ab\\ud83d\\ude00", "\"ab\\ud83d\\ude00\"")]
    [InlineData("[1] ", "[1]")]
    public void The_beginning_of_a_text_is_completed(string beginning, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(PartialJson.Complete(Encoding.UTF8.GetBytes(beginning))));

    [Theory]
    [InlineData("{\"a\":1]", "{\"a\":1}")]
    [InlineData("{\"a\":1}}", "{\"a\":1}")]
    [InlineData("{\"a\":1,}", "{\"a\":1}")]
    [InlineData("[1 2", "[1]")]
    [InlineData("[01", "[0]")]
    [InlineData("[trx", "[true]")]
    [InlineData("\"a\nb\"", "\"a\"")]
    [InlineData("\"a\\x", "\"a\"")]
    [InlineData("\"a\\u12g", "\"a\"")]
    [InlineData("Hello", "null")]
    [InlineData("{a:1}", "{}")]
    public void What_is_no_JSON_keeps_what_was_valid_before(string text, string expected)
    {
        var json = new PartialJson();
        json.Append(text);
        json.Append("}]\"");

        Assert.True(json.IsMalformed);
        Assert.False(json.IsComplete);
        Assert.Equal(expected, json.ToString());
    }

    [Theory]
    [InlineData(new byte[] { (byte)'"', 0xC0, 0x80 })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { (byte)'"', 0xE2, 0x28 })]
    [InlineData(new byte[] { (byte)'"', 0x80 })]
    public void Bytes_that_are_no_UTF8_end_the_text(byte[] text) => Assert.Equal("\"\""u8.ToArray(), PartialJson.Complete(text));

    [Fact]
    public void Every_prefix_completes_to_valid_JSON_that_only_grows_up_to_the_text_itself() => Prop.ForAll(s_seeds, seed =>
    {
        var text = RandomJson.Value(new Random(seed)).Utf8.ToArray();
        var incremental = new PartialJson();
        var kept = "";
        for (var length = 0; length <= text.Length; length++)
        {
            var completion = PartialJson.Complete(text.AsSpan(0, length));
            Assert.Equal(completion, incremental.Complete());
            Assert.False(incremental.IsMalformed);
            using var document = JsonDocument.Parse(completion);

            // Only the end may be made up: all taken over before it stays.
            var common = Encoding.Latin1.GetString(text.AsSpan(0, completion.AsSpan().CommonPrefixLength(text)));
            Assert.StartsWith(kept, common, StringComparison.Ordinal);
            kept = common;
            if (length < text.Length)
            {
                incremental.Append(text.AsSpan(length, 1));
            }
        }

        Assert.Equal(text, PartialJson.Complete(text));
        Assert.True(incremental.IsComplete);
    }).Check(s_config);

    [Fact]
    public void Pieces_of_text_may_be_cut_anywhere() => Prop.ForAll(s_seeds, seed =>
    {
        var random = new Random(seed);
        var text = RandomJson.Value(random).ToString();
        var json = new PartialJson();
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(random.Next(0, 4), text.Length - at);
            json.Append(text.AsSpan(at, length));
            at += length;
        }

        Assert.Equal(text, json.ToString());
        Assert.True(json.IsComplete);
    }).Check(s_config);

    [Fact]
    public void A_member_appears_with_the_beginning_of_its_value_and_stays()
    {
        var text = """{"name":"Ada \u00e9\ud83d\ude00","tags":["x",{"y":[true,null,12.5e3]}],"end":false}"""u8;
        var fewest = 0;
        for (var length = 1; length <= text.Length; length++)
        {
            var members = JsonElement.Parse(PartialJson.Complete(text[..length])).EnumerateObject().Count();
            Assert.True(members >= fewest);
            fewest = members;
        }

        Assert.Empty(JsonDifference.Between(text, PartialJson.Complete(text)));
    }

    [Fact]
    public void A_value_is_read_as_soon_as_it_fits_its_type()
    {
        var json = new PartialJson();
        Assert.False(json.HasValue);
        Assert.False(json.TryRead(PartialJsonTypes.Default.DictionaryStringInt32, out _));

        json.Append("{\"a\":1,\"b\":");
        Assert.True(json.TryRead(PartialJsonTypes.Default.DictionaryStringInt32, out var value));
        Assert.Equal([("a", 1)], value.Select(pair => (pair.Key, pair.Value)));

        json.Append("\"no number");
        Assert.False(json.TryRead(PartialJsonTypes.Default.DictionaryStringInt32, out _));
    }

    [Fact]
    public void Deep_nesting_is_closed()
    {
        var completion = PartialJson.Complete(Encoding.ASCII.GetBytes(new string('[', 100_000)));

        Assert.Equal(200_000, completion.Length);
        Assert.Equal((byte)']', completion[^1]);
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class PartialJsonTypes : System.Text.Json.Serialization.JsonSerializerContext;
