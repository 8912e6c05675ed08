using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Json;

public sealed class RawJsonTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "10e-1")]
    [InlineData("1", "0.001E+3")]
    [InlineData("100", "1e2")]
    [InlineData("-1.50", "-15e-1")]
    [InlineData("0", "-0.0e5")]
    [InlineData("0", "0e99999999999999999999999")]
    [InlineData("123456789012345678901234567890", "1.2345678901234567890123456789e29")]
    [InlineData("1e9999999999999999999999999999", "10e9999999999999999999999999998")]
    [InlineData("1e10000000000000000000000000000", "10e9999999999999999999999999999")]
    [InlineData("1e-10000000000000000000000000000", "0.1e-9999999999999999999999999999")]
    [InlineData("10e-10000000000000000000000000000", "1e-9999999999999999999999999999")]
    [InlineData("1e0000000000000000000000000000001", "10")]
    [InlineData("\"a\"", "\"\\u0061\"")]
    [InlineData("\"/\"", "\"\\/\"")]
    [InlineData("\"👋\"", "\"\\ud83d\\udc4b\"")]
    [InlineData("{\"a\":1,\"b\":[1,2]}", " { \"b\" : [1.0, 2e0], \"\\u0061\" : 1 } ")]
    [InlineData("{\"a\":{\"x\":1,\"y\":2},\"b\":null}", "{\"b\":null,\"a\":{\"y\":2,\"x\":1}}")]
    [InlineData("[]", "[ ]")]
    [InlineData(" true", "true ")]
    public void Spellings_of_one_value_are_equal(string left, string right)
    {
        var (one, other) = (RawJson.Parse(left), RawJson.Parse(right));

        Assert.True(one == other);
        Assert.True(other.Equals((object)one));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Theory]
    [InlineData("1", "2")]
    [InlineData("1", "-1")]
    [InlineData("1", "10")]
    [InlineData("1", "\"1\"")]
    [InlineData("1", "1.0000000000000000000000000000001")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567891")]
    [InlineData("1e400", "1e401")]
    [InlineData("1e9999999999999999999999999999", "1e9999999999999999999999999998")]
    [InlineData("1e9999999999999999999999999999", "1e-9999999999999999999999999999")]
    [InlineData("1e9999999999999999999999999999", "1e9")]
    [InlineData("10e9999999999999999999999999999", "1e9999999999999999999999999999")]
    [InlineData("0", "1e-999")]
    [InlineData("0", "false")]
    [InlineData("true", "false")]
    [InlineData("null", "{}")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("[1]", "[1,1]")]
    [InlineData("{\"a\":1}", "{\"A\":1}")]
    [InlineData("{\"a\":1}", "{\"a\":1,\"b\":1}")]
    [InlineData("{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}")]
    [InlineData("{\"a\":1,\"b\":2}", "{\"b\":2,\"c\":1}")]
    [InlineData("\"a\"", "\"a \"")]
    public void Different_values_are_not(string left, string right)
    {
        Assert.True(RawJson.Parse(left) != RawJson.Parse(right));
        Assert.False(RawJson.Parse(right).Equals(RawJson.Parse(left)));
    }

    [Fact]
    public void A_value_of_any_other_type_is_another() => Assert.False(RawJson.Parse("1").Equals(1));

    [Theory]
    [InlineData("{\"a\" : 1}", JsonValueKind.Object)]
    [InlineData("[1 ]", JsonValueKind.Array)]
    [InlineData("\"\\u0041\"", JsonValueKind.String)]
    [InlineData("-1.0E+2", JsonValueKind.Number)]
    [InlineData("0", JsonValueKind.Number)]
    [InlineData("true", JsonValueKind.True)]
    [InlineData("false", JsonValueKind.False)]
    [InlineData("null", JsonValueKind.Null)]
    public void A_value_is_kept_byte_for_byte(string json, JsonValueKind kind)
    {
        var value = RawJson.Parse($" \n{json}\t");

        Assert.Equal(kind, value.Kind);
        Assert.Equal(json, value.ToString());
        Assert.Equal(json, Encoding.UTF8.GetString(value.Utf8.Span));
        Assert.Equal(json, WireJson.SerializeToString(value));
        Assert.Equal(json, value.ToElement().GetRawText());
        Assert.Equal(value, RawJson.Parse(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void The_default_is_null()
    {
        Assert.Equal("null", default(RawJson).ToString());
        Assert.Equal(JsonValueKind.Null, default(RawJson).Kind);
        Assert.Equal(default, RawJson.Parse("null"));
        Assert.Equal(JsonValueKind.Null, default(RawJson).ToElement().ValueKind);
        Assert.Equal(default(RawJson).GetHashCode(), RawJson.Parse(" null").GetHashCode());
    }

    [Fact]
    public void It_does_not_hold_on_to_what_it_was_made_of()
    {
        var bytes = "{\"a\":1}"u8.ToArray();
        var value = RawJson.Parse(bytes);

        bytes[5] = (byte)'2';

        Assert.Equal("{\"a\":1}", value.ToString());
    }

    [Fact]
    public void Elements_and_nodes_become_one()
    {
        using var document = JsonDocument.Parse(" [ 1.0 , \"é\" ] ");

        Assert.Equal("[ 1.0 , \"é\" ]", ((RawJson)document.RootElement).ToString());
        Assert.Equal("{\"a\":\"é<>\"}", ((RawJson)new JsonObject { ["a"] = "é<>" }).ToString());
        Assert.Equal(default, (RawJson)(JsonNode?)null);
        Assert.Throws<InvalidOperationException>(() => (RawJson)default(JsonElement));
    }

    [Fact]
    public void What_could_not_be_read_back_does_not_become_one()
    {
        using var twice = JsonDocument.Parse("{\"a\":1,\"a\":2}");
        using var deep = JsonDocument.Parse(new string('[', 200) + new string(']', 200), new JsonDocumentOptions { MaxDepth = 200 });
        using var half = JsonDocument.Parse("\"\\ud800\"");

        Assert.Throws<JsonException>(() => (RawJson)twice.RootElement);
        Assert.Throws<JsonException>(() => (RawJson)deep.RootElement);
        Assert.Throws<JsonException>(() => (RawJson)half.RootElement);
    }

    [Fact]
    public void It_carries_values_of_any_type_with_a_context()
    {
        var value = RawJson.From(new Point(1, -2), SampleContext.Default.Point);

        Assert.Equal("""{"X":1,"Y":-2}""", value.ToString());
        Assert.Equal(new Point(1, -2), value.Deserialize(SampleContext.Default.Point));
        Assert.Null(default(RawJson).Deserialize(SampleContext.Default.Point));
        Assert.Throws<JsonException>(() => RawJson.Parse("[]").Deserialize(SampleContext.Default.Point));
    }

    [Fact]
    public void Large_objects_in_another_order_are_compared_by_name()
    {
        var names = Enumerable.Range(0, 50_000).Select(i => $"\"n{i}\":{i}").ToArray();
        var forwards = RawJson.Parse("{" + string.Join(',', names) + "}");
        Array.Reverse(names);
        var backwards = RawJson.Parse("{" + string.Join(',', names) + "}");

        Assert.Equal(forwards, backwards);
        Assert.Equal(forwards.GetHashCode(), backwards.GetHashCode());
    }
}
