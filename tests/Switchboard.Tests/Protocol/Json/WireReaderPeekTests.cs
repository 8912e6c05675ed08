using System.Text;
using System.Text.Json;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Json;

public sealed class WireReaderPeekTests
{
    [Theory]
    [InlineData("""{"type":"text"}""", "text", true)]
    [InlineData("""{ "type" : "text" , "a":1}""", "text", true)]
    [InlineData("""{"id":"a","type":"text"}""", "text", true)]
    [InlineData("""{"id":null , "n" : -1.5e3 ,"type":"text"}""", "text", true)]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"type":"text"}""", "text", true)]
    [InlineData("""{"a":{"type":"no"},"b":["type"],"type":"text"}""", "text", true)]
    [InlineData("""{"a":"\"type\":\"no\"","type":"text"}""", "text", true)]
    [InlineData("""{"\u0074ype":"text"}""", "text", true)]
    [InlineData("""{"a":1,"t\u0079pe":"te\u0078t"}""", "text", true)]
    [InlineData("""{"type":"t\u0065xt"}""", "text", true)]
    [InlineData("""{"types":"no","type":"text"}""", "text", true)]
    [InlineData("""{"typ":"no","type":"text"}""", "text", true)]
    [InlineData("""{"a":{}}""", "", false)]
    [InlineData("""{}""", "", false)]
    [InlineData("""{ }""", "", false)]
    [InlineData("""{"a":1}""", "", false)]
    [InlineData("""{"type":null}""", "", true)]
    [InlineData("""{"type":{"type":"no"}}""", "", true)]
    [InlineData("""{"a":[],"type":7}""", "", true)]
    [InlineData("""["type"]""", "", false)]
    [InlineData("\"type\"", "", false)]
    public void The_tag_is_found_wherever_it_stands(string json, string tag, bool isThere)
    {
        var reader = new WireReader(Encoding.UTF8.GetBytes(json));

        Assert.Equal(tag, Encoding.UTF8.GetString(reader.PeekTag("type"u8)));
        Assert.Equal(isThere, reader.PeekHas("type"u8));
        Assert.Equal(json, reader.ReadRaw().ToString());
    }

    [Theory]
    [InlineData("{\"type")]
    [InlineData("{\"type\"")]
    [InlineData("{\"type\":")]
    [InlineData("{\"type\":\"a")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1,")]
    [InlineData("{\"a\" 1,\"type\":\"b\"}")]
    [InlineData("{\"a\":1;\"type\":\"b\"}")]
    [InlineData("{\"a\":tru,\"x\":{},\"type\":\"b\"}")]
    [InlineData("{\"a\":{]},\"type\":\"b\"}")]
    [InlineData("{\"\\ud800\":[],\"type\":\"b\"}")]
    [InlineData("{\"a\":1,\"type\":\"\\udc00\"}")]
    public void What_is_no_json_is_refused_when_it_is_read_at_the_latest(string json)
    {
        Assert.Throws<JsonException>(() => WireJson.Deserialize<SamplePart>(json));
        Assert.ThrowsAny<JsonException>(() =>
        {
            var reader = new WireReader(Encoding.UTF8.GetBytes(json));
            reader.PeekHas("other"u8);
            reader.Skip();
        });
    }

    [Theory]
    [InlineData("[]", JsonTokenType.EndArray)]
    [InlineData("[ ]", JsonTokenType.EndArray)]
    [InlineData("[\n\t[]]", JsonTokenType.StartArray)]
    [InlineData("[{}]", JsonTokenType.StartObject)]
    [InlineData("[\"a\"]", JsonTokenType.String)]
    [InlineData("[-1]", JsonTokenType.Number)]
    [InlineData("[0]", JsonTokenType.Number)]
    [InlineData("[9]", JsonTokenType.Number)]
    [InlineData("[true]", JsonTokenType.True)]
    [InlineData("[false]", JsonTokenType.False)]
    [InlineData("[null]", JsonTokenType.Null)]
    [InlineData("[", JsonTokenType.None)]
    [InlineData("[+", JsonTokenType.None)]
    [InlineData("{}", JsonTokenType.None)]
    public void The_kind_of_the_first_element_is_told(string json, JsonTokenType kind)
    {
        var reader = new WireReader(Encoding.UTF8.GetBytes(json));

        Assert.Equal(kind, reader.PeekElement());
        Assert.Equal(json[0] == '[' ? JsonTokenType.StartArray : JsonTokenType.StartObject, reader.TokenType);
    }
}
