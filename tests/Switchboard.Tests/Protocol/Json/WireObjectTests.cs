using System.Text.Json;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Json;

public sealed class WireObjectTests
{
    private const string Completion =
        """{"id":"c1","created":1700000000,"choices":[{"index":0,"text":"a\nb","parts":[{"type":"text","text":"héllo 👋"},{"kind":7,"type":"video","frames":[1.50]}],"score":0.10}],"usage":{"tokens":12,"cost":0.5,"details":{"b":1,"a":[]}},"service_tier":"default","metadata":{"z":"1","a":"2"},"x_trace":"t"}""";

    [Fact]
    public void What_was_read_is_written_back()
    {
        var read = WireJson.Deserialize<SampleCompletion>(Completion);

        Assert.Equal("a\nb", read.Choices![0].Text);
        Assert.Equal("héllo 👋", Assert.IsType<SampleTextPart>(read.Choices[0].Parts![0]).Text);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), read.Created);
        Assert.Equal((12, 0.5), (read.Usage!.Tokens, read.Usage.Cost));
        Assert.Equal(["z", "a"], read.Metadata!.Keys);
        Assert.Equal(Completion, WireJson.SerializeToString(read));
        Assert.Equal(Completion, read.ToString());
    }

    [Fact]
    public void Members_that_nobody_knows_are_kept_in_their_order_and_with_their_spelling()
    {
        var read = WireJson.Deserialize<SampleUsage>("""{"z":1.0,"tokens":3,"a":{"b" : "\u0041"},"m":null}""");

        Assert.Equal(["z", "a", "m"], read.Extra.Keys);
        Assert.Equal("""{"b" : "\u0041"}""", read.Extra["a"].ToString());
        Assert.Equal("""{"tokens":3,"z":1.0,"a":{"b" : "\u0041"},"m":null}""", read.ToString());
    }

    [Fact]
    public void There_are_no_unknown_members_until_there_is_one()
    {
        var empty = new SampleUsage { Tokens = 1, Extra = new Dictionary<string, RawJson>() };

        Assert.Empty(empty.Extra);
        Assert.Same(new SampleUsage().Extra, empty.Extra);
        Assert.Equal("""{"tokens":1,"a":[1]}""", (empty with { Extra = new Dictionary<string, RawJson> { ["a"] = RawJson.Parse("[1]") } }).ToString());
    }

    [Fact]
    public void A_null_is_not_an_absent_member_and_is_written_back()
    {
        var read = WireJson.Deserialize<SampleCompletion>("""{"usage":null,"id":"a","service_tier":null}""");

        Assert.Null(read.Usage);
        Assert.Equal("""{"id":"a","usage":null,"service_tier":null}""", read.ToString());
        Assert.Equal("""{"id":"a","service_tier":"flex","usage":null}""", (read with { ServiceTier = "flex" }).ToString());
        Assert.NotEqual(WireJson.Deserialize<SampleCompletion>("""{"id":"a"}"""), read);
    }

    [Theory]
    [InlineData("""{"tokens":1,"cost":2,"tokens":1}""", "duplicate member 'tokens'", "$.tokens")]
    [InlineData("""{"tokens":null,"tokens":1}""", "duplicate member 'tokens'", "$.tokens")]
    [InlineData("""{"tokens":1,"t\u006Fkens":1}""", "duplicate member 'tokens'", "$.tokens")]
    [InlineData("""{"x":1,"tokens":1,"\u0078":1}""", "duplicate member 'x'", "$.x")]
    [InlineData("""{"x":{"y":[{"a":1,"b":{"a":1},"a":2}]}}""", "duplicate member 'a'", "$.x.y[0].a")]
    public void A_member_may_come_only_once(string json, string message, string path)
    {
        var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<SampleUsage>(json));

        Assert.StartsWith(message + ".", fault.Message, StringComparison.Ordinal);
        Assert.Equal(path, fault.Path);
    }

    [Fact]
    public void Objects_are_equal_when_they_are_the_same_json()
    {
        var one = WireJson.Deserialize<SampleUsage>("""{"tokens":3,"cost":1.0,"x":{"a":1,"b":[true,"\u00e9"]},"y":1e2}""");
        var other = WireJson.Deserialize<SampleUsage>("""{"y":100,"x":{"b":[true,"é"],"a":1.0},"cost":1,"tokens":3}""");

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.True(one == other);
        Assert.True(one.Equals((WireObject)other));
        Assert.Contains(other, new HashSet<SampleUsage> { one });
        Assert.NotEqual(one, other with { Tokens = 4 });
        Assert.NotEqual<WireObject>(new SampleUsage(), new SampleChoice());
        Assert.False(one.Equals((WireObject?)null));
    }

    [Fact]
    public void Lists_and_maps_count_by_what_is_in_them()
    {
        var one = WireJson.Deserialize<SampleCompletion>(Completion);
        var other = WireJson.Deserialize<SampleCompletion>(Completion);

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { Choices = [] });
    }
}
