using System.Text.Json;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Protocol.Embeddings;

public sealed class EmbeddingVectorTests
{
    [Theory]
    [InlineData("[0.002306425478309393,-1,0,9.999999747378752e-06]", "[0.002306425478309393,-1,0,9.999999747378752E-06]")]
    [InlineData("[0.10000000149011612, 5e-1]", "[0.10000000149011612,0.5]")]
    [InlineData("[]", "[]")]
    public void Floats_printed_as_doubles_are_written_so(string json, string written) =>
        Assert.Equal(written, WireJson.SerializeToString(WireJson.Deserialize<EmbeddingVector>(json)));

    [Theory]
    [InlineData("[-0.099287055, -0.032646775]", -0.099287055f, -0.032646775f)]
    [InlineData("[0.0023064255714416504,-1]", 0.0023064255714416504f, -1f)]
    [InlineData("[0.1,1e-300]", 0.1f, 0f)]
    public void Numbers_that_are_no_floats_are_kept_as_they_came(string json, float first, float second)
    {
        var vector = WireJson.Deserialize<EmbeddingVector>(json);

        Assert.Equal([first, second], vector.Values.ToArray());
        Assert.Equal(json, WireJson.SerializeToString(vector));
    }

    [Fact]
    public void Base64_stays_base64()
    {
        var vector = WireJson.Deserialize<EmbeddingVector>("\"AACAPwAAAMAAAMB/\"");

        Assert.Equal([1f, -2f, float.NaN], vector.Values.ToArray());
        Assert.Equal("\"AACAPwAAAMAAAMB/\"", WireJson.SerializeToString(vector));
        Assert.Equal("\"\"", WireJson.SerializeToString(WireJson.Deserialize<EmbeddingVector>("\"\"")));
    }

    [Fact]
    public void Any_bytes_in_base64_come_back_as_they_were()
    {
        var bytes = new byte[4 * 4096];
        new Random(7).NextBytes(bytes);
        var json = $"\"{Convert.ToBase64String(bytes)}\"";

        Assert.Equal(json, WireJson.SerializeToString(WireJson.Deserialize<EmbeddingVector>(json)));
        Assert.Equal(json, WireJson.SerializeToString(WireJson.Deserialize<EmbeddingVector>(json.Replace("/", "\\/", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("\"AACAPwAA\"", "expected a base64 string of 32-bit floats")]
    [InlineData("\"?\"", "expected a base64 string")]
    [InlineData("\"\\ud800\"", "a string escapes half a character")]
    [InlineData("[1e39]", "expected a number within the range of a float")]
    [InlineData("[1,null]", "expected a number, found null")]
    [InlineData("[\"1\"]", "expected a number, found a string")]
    [InlineData("{}", "expected an array, found an object")]
    [InlineData("null", "expected an array, found null")]
    public void Anything_else_is_refused(string json, string message)
    {
        var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<EmbeddingVector>(json));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_of_any_length_is_read()
    {
        foreach (var length in new[] { 1, 1535, 1536, 1537, 2048, 2049, 10_000 })
        {
            float[] values = [.. Enumerable.Range(0, length).Select(i => i * 0.37f)];

            var read = WireJson.Deserialize<EmbeddingVector>(WireJson.SerializeToUtf8Bytes<EmbeddingVector>(values));

            Assert.Equal(values, read.Values.ToArray());
        }
    }

    [Fact]
    public void Two_are_equal_when_they_are_the_same_on_the_wire()
    {
        EmbeddingVector numbers = new float[] { 1, 0.5f };
        var base64 = WireJson.Deserialize<EmbeddingVector>("\"AACAPwAAAD8=\"");

        Assert.Equal(numbers, WireJson.Deserialize<EmbeddingVector>("[1.0, 5e-1]"));
        Assert.Equal(numbers.GetHashCode(), WireJson.Deserialize<EmbeddingVector>("[1.0, 5e-1]").GetHashCode());
        Assert.Equal(base64.Values.ToArray(), numbers.Values.ToArray());
        Assert.True(numbers != base64);
        Assert.False(numbers == new float[] { 1, 0.25f });
        Assert.Equal(WireJson.Deserialize<EmbeddingVector>("[0.1]"), WireJson.Deserialize<EmbeddingVector>("[ 0.10 ]"));
        Assert.False(WireJson.Deserialize<EmbeddingVector>("[0.1]") == new float[] { 0.1f });
        Assert.False(numbers.Equals("[1,0.5]"));
    }

    [Fact]
    public void The_default_is_no_vector()
    {
        Assert.True(default(EmbeddingVector).IsAbsent);
        Assert.True(((EmbeddingVector)(float[]?)null).IsAbsent);
        Assert.False(((EmbeddingVector)Array.Empty<float>()).IsAbsent);
        Assert.False(((EmbeddingVector)ReadOnlyMemory<float>.Empty).IsAbsent);
        Assert.False(WireJson.Deserialize<EmbeddingVector>("[]").IsAbsent);
        Assert.Equal(0, default(EmbeddingVector).Values.Length);
    }

    [Theory]
    [InlineData("recordings/EmbeddingsTests", 9)]
    [InlineData("fixtures/openai+openai-node", 2)]
    [InlineData("fixtures/crmne+ruby_llm", 60)]
    [InlineData("fixtures/vercel+ai", 6)]
    [InlineData("fixtures/microsoft+semantic-kernel", 2)]
    public void Recorded_vectors_are_written_back_with_the_same_numbers(string folder, int atLeast)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");

        var vectors = Directory.EnumerateFiles(SharedFolder.Combine([.. folder.Split('/')]), "*mbed*.json", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(SharedFolder.Combine([.. folder.Split('/')]), "*.json").Where(_ => folder.StartsWith("recordings", StringComparison.Ordinal)))
            .SelectMany(file => VectorsIn(File.ReadAllText(file))).ToList();

        Assert.True(vectors.Count >= atLeast, $"{vectors.Count} vectors");
        foreach (var vector in vectors)
        {
            var json = WireJson.SerializeToUtf8Bytes(WireJson.Deserialize<EmbeddingVector>(vector.GetRawText()));

            using var written = JsonDocument.Parse(json);
            Assert.Equal(vector.ValueKind, written.RootElement.ValueKind);
            if (vector.ValueKind == JsonValueKind.String)
            {
                Assert.Equal(vector.GetString(), written.RootElement.GetString());
            }
            else
            {
                Assert.Equal(vector.EnumerateArray().Select(e => e.GetDouble()), written.RootElement.EnumerateArray().Select(e => e.GetDouble()));
            }
        }
    }

    // Whatever is called an embedding or its values and holds numbers or base64, also inside bodies kept as text.
    private static IEnumerable<JsonElement> VectorsIn(string json)
    {
        using var document = JsonDocument.Parse(json.TrimStart('\uFEFF'));
        return [.. VectorsIn(document.RootElement.Clone())];
    }

    private static IEnumerable<JsonElement> VectorsIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name is "embedding" or "values" && IsVector(member.Value) ? [member.Value] : VectorsIn(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(VectorsIn),
        JsonValueKind.String when element.GetString() is ['{', .., '}'] text && text.Contains("\"embedding\"", StringComparison.Ordinal) => VectorsIn(text),
        _ => [],
    };

    private static bool IsVector(JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? element.TryGetBytesFromBase64(out var bytes) && bytes.Length is > 0 && bytes.Length % 4 == 0
            : element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0 && element[0].ValueKind == JsonValueKind.Number;
}
