using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Json;

public sealed class WireConverterTests
{
    [Fact]
    public void A_type_that_holds_ours_is_read_and_written_by_the_serialiser()
    {
        const string Json =
            """{"Completion":{"id":"é","created":1.5,"x":[1, 2]},"Raw":{"a" : null},"More":{"one":1.0},"Vector":[0.5,0.25],"None":null}""";

        var holder = JsonSerializer.Deserialize(Json, SampleContext.Default.Holder)!;

        Assert.Equal("é", holder.Completion!.Id);
        Assert.Equal("[1, 2]", holder.Completion.Extra["x"].ToString());
        Assert.Equal("""{"a" : null}""", holder.Raw.ToString());
        Assert.Equal([0.5f, 0.25f], holder.Vector.Values.ToArray());
        Assert.Null(holder.None);
        Assert.Equal(Json, JsonSerializer.Serialize(holder, SampleContext.Default.Holder));
    }

    [Fact]
    public void A_type_of_ours_is_read_and_written_alone()
    {
        var completion = JsonSerializer.Deserialize("""{"id":"a","service_tier":null}"""u8, SampleContext.Default.SampleCompletion)!;

        Assert.Equal("""{"id":"a","service_tier":null}""", JsonSerializer.Serialize(completion, SampleContext.Default.SampleCompletion));
        Assert.Null(JsonSerializer.Deserialize("null", SampleContext.Default.SampleCompletion));
        Assert.Equal("null", JsonSerializer.Serialize(null!, SampleContext.Default.SampleCompletion));
    }

    [Fact]
    public void Null_is_a_raw_value_like_any_other()
    {
        Assert.Equal(default, JsonSerializer.Deserialize("null", SampleContext.Default.RawJson));
        Assert.Equal("null", JsonSerializer.Serialize(default, SampleContext.Default.RawJson));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"Vector":null}""", SampleContext.Default.Holder));
    }

    [Fact]
    public void A_fault_says_where_it_is_inside_and_outside()
    {
        var fault = Assert.Throws<JsonException>(() =>
            JsonSerializer.Deserialize("""{"Completion":{"choices":[{"index":"x"}]}}""", SampleContext.Default.Holder));

        Assert.StartsWith("expected an integer, found a string. Path: $.choices[0].index", fault.Message, StringComparison.Ordinal);
        Assert.Equal("$.Completion", fault.Path);
    }

    [Theory]
    [InlineData("""{"Completion":{"id":"a","id":"b"}}""")]
    [InlineData("""{"Completion":{"id":"\ud800"}}""")]
    [InlineData("""{"Raw":{"a":1,"a":2}}""")]
    [InlineData("""{"Completion":{"id":1}}""")]
    [InlineData("""{"Completion":[]}""")]
    public void What_we_refuse_the_serialiser_refuses(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, SampleContext.Default.Holder));

    [Fact]
    public async Task It_works_from_a_stream_whose_bytes_come_in_pieces()
    {
        var text = new string('é', 50_000);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$$"""{"Raw":[1],"Completion":{"id":"{{{text}}}"}}"""));

        var holder = await JsonSerializer.DeserializeAsync(stream, SampleContext.Default.Holder, TestContext.Current.CancellationToken);

        Assert.Equal(text, holder!.Completion!.Id);
    }
}

internal sealed record Point(int X, int Y);

internal sealed record Holder
{
    public SampleCompletion? Completion { get; init; }

    public RawJson Raw { get; init; }

    public IReadOnlyDictionary<string, RawJson>? More { get; init; }

    public EmbeddingVector Vector { get; init; }

    public SampleCompletion? None { get; init; }
}

[JsonSerializable(typeof(Point))]
[JsonSerializable(typeof(Holder))]
[JsonSerializable(typeof(SampleCompletion))]
[JsonSerializable(typeof(RawJson))]
internal sealed partial class SampleContext : JsonSerializerContext;
