using System.Collections.ObjectModel;
using System.Text.Json;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Json.Codecs;

namespace Switchboard.Tests.Protocol.Json;

public sealed class CodecTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(5000)]
    public void A_list_is_an_array_of_just_its_elements(int count)
    {
        var json = "[" + string.Join(',', Enumerable.Range(0, count)) + "]";

        var numbers = WireJson.Deserialize<IReadOnlyList<long>, ListCodec<long, Int64Codec>>(json);
        var texts = WireJson.Deserialize<IReadOnlyList<RawJson>, ListCodec<RawJson, RawJson>>(json);

        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), Assert.IsType<long[]>(numbers));
        Assert.Equal(count, Assert.IsType<RawJson[]>(texts).Length);
        Assert.Equal(json, WireJson.SerializeToString<IReadOnlyList<long>, ListCodec<long, Int64Codec>>(numbers));
        Assert.Equal(json, WireJson.SerializeToString<IReadOnlyList<RawJson>, ListCodec<RawJson, RawJson>>([.. texts]));
    }

    [Fact]
    public void An_empty_list_costs_nothing() =>
        Assert.Same(Array.Empty<string>(), WireJson.Deserialize<IReadOnlyList<string>, ListCodec<string, StringCodec>>("[ ]"));

    [Fact]
    public void Any_list_is_written()
    {
        IReadOnlyList<string>[] lists = [["a", "b"], new List<string> { "a", "b" }, new ReadOnlyCollection<string>(["a", "b"])];

        Assert.All(lists, list => Assert.Equal("""["a","b"]""", WireJson.SerializeToString<IReadOnlyList<string>, ListCodec<string, StringCodec>>(list)));
    }

    [Fact]
    public void A_fault_in_a_long_list_is_pointed_at()
    {
        var fault = Assert.Throws<JsonException>(() =>
            WireJson.Deserialize<IReadOnlyList<string>, ListCodec<string, StringCodec>>("[" + string.Join(',', Enumerable.Repeat("\"a\"", 100)) + ",1]"));

        Assert.Equal("$[100]", fault.Path);
    }

    [Fact]
    public void A_map_keeps_the_order_of_its_names()
    {
        var names = Enumerable.Range(0, 100).Select(i => $"n{i * 7919 % 100}").ToArray();
        var json = "{" + string.Join(',', names.Select((name, i) => $"\"{name}\":{i}")) + "}";

        var map = WireJson.Deserialize<IReadOnlyDictionary<string, long>, MapCodec<long, Int64Codec>>(json);

        Assert.Equal(names, map.Keys);
        Assert.Equal(2, map[names[2]]);
        Assert.False(map.ContainsKey("N0"));
        Assert.Equal(json, WireJson.SerializeToString<IReadOnlyDictionary<string, long>, MapCodec<long, Int64Codec>>(map));
    }

    [Fact]
    public void A_map_may_be_empty_and_its_names_may_be_anything()
    {
        Assert.Empty(WireJson.Deserialize<IReadOnlyDictionary<string, long>, MapCodec<long, Int64Codec>>("{}"));
        Assert.Equal("{\"\":1,\"\\\"\\n\":2}", WireJson.SerializeToString<IReadOnlyDictionary<string, long>, MapCodec<long, Int64Codec>>(
            WireJson.Deserialize<IReadOnlyDictionary<string, long>, MapCodec<long, Int64Codec>>("""{"":1,"\u0022\u000a":2}""")));
    }

    [Fact]
    public void Null_is_a_value_only_where_it_may_be()
    {
        Assert.Equal([1, null], WireJson.Deserialize<IReadOnlyList<long?>, ListCodec<long?, NullableCodec<long, Int64Codec>>>("[1,null]"));
        Assert.Equal(["a", null], WireJson.Deserialize<IReadOnlyList<string?>, ListCodec<string?, OptionalCodec<string, StringCodec>>>("[\"a\",null]"));
        Assert.Equal("[1,null]", WireJson.SerializeToString<IReadOnlyList<long?>, ListCodec<long?, NullableCodec<long, Int64Codec>>>([1, null]));
        Assert.Equal("[\"a\",null]", WireJson.SerializeToString<IReadOnlyList<string?>, ListCodec<string?, OptionalCodec<string, StringCodec>>>(["a", null]));

        var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<IReadOnlyList<string>, ListCodec<string, StringCodec>>("[\"a\",null]"));
        Assert.StartsWith("expected a string, found null.", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => WireJson.SerializeToString<string, StringCodec>(null!));
        Assert.Throws<ArgumentNullException>(() => WireJson.SerializeToString<IReadOnlyList<string>, ListCodec<string, StringCodec>>(null!));
        Assert.Throws<ArgumentNullException>(() => WireJson.SerializeToString<IReadOnlyDictionary<string, long>, MapCodec<long, Int64Codec>>(null!));
    }

    [Fact]
    public void Every_scalar_is_written_as_it_is_read()
    {
        Assert.Equal("true", Again<bool, BooleanCodec>("true"));
        Assert.Equal("-7", Again<int, Int32Codec>("-7"));
        Assert.Equal("9223372036854775807", Again<long, Int64Codec>("9223372036854775807"));
        Assert.Equal("0.1", Again<double, DoubleCodec>("0.1"));
        Assert.Equal("1700000000.25", Again<DateTimeOffset, UnixTimeCodec>("1700000000.25"));
        Assert.Equal("\"AQID\"", Again<ReadOnlyMemory<byte>, Base64Codec>("\"AQID\""));
        Assert.Equal("\"é\"", Again<string, StringCodec>("\"\\u00e9\""));
        Assert.Equal("[0.5,0.10000000149011612]", Again<ReadOnlyMemory<float>, FloatsCodec>("[5e-1,0.1]"));

        static string Again<T, TCodec>(string json)
            where TCodec : IWireCodec<T> => WireJson.SerializeToString<T, TCodec>(WireJson.Deserialize<T, TCodec>(json));
    }
}
