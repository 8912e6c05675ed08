using Switchboard.Client.Embeddings;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Client.Embeddings;

public sealed class VectorSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(1536)]
    [InlineData(1537)]
    public void AgreesWithAPlainLoop(int length)
    {
        var random = new Random(length);
        float[] left = Vector(random, length), right = Vector(random, length);
        double dot = 0, ofLeft = 0, ofRight = 0;
        for (var i = 0; i < length; i++)
        {
            dot += (double)left[i] * right[i];
            ofLeft += (double)left[i] * left[i];
            ofRight += (double)right[i] * right[i];
        }

        Assert.Equal(dot, VectorSearch.DotProduct(left, right), 3);
        Assert.Equal(dot / Math.Sqrt(ofLeft * ofRight), VectorSearch.CosineSimilarity(left, right), 5);
    }

    [Fact]
    public void FindsWhatSortingFinds()
    {
        var random = new Random(3);
        var query = Vector(random, 64);
        var vectors = Enumerable.Range(0, 500).Select(_ => new EmbeddingVector(Vector(random, 64))).ToArray();
        var expected = vectors.Select((vector, i) => (i, Score: VectorSearch.CosineSimilarity(query, vector))).OrderByDescending(pair => pair.Score).Take(10);

        var found = VectorSearch.FindNearest(query, vectors, 10);

        Assert.Equal(expected, found.Select(match => (match.Index, match.Score)));
        Assert.All(found, match => Assert.Equal(vectors[match.Index], match.Item));
    }

    [Fact]
    public void GivesTheEarlierOfEqualOnes()
    {
        EmbeddingVector[] vectors = [new float[] { 0, 1 }, new float[] { 2, 0 }, new float[] { 1, 0 }, new float[] { 3, 0 }];

        var found = VectorSearch.FindNearest(new float[] { 1, 0 }, vectors, 2);

        Assert.Equal([1, 2], found.Select(match => match.Index));
        Assert.Equal(4, VectorSearch.FindNearest(new float[] { 1, 0 }, vectors, 9).Count);
    }

    [Fact]
    public void TakesItemsOfAnyKind()
    {
        (string Name, float[] Vector)[] items = [("up", [0, 1]), ("right", [1, 0])];

        Assert.Equal("right", VectorSearch.FindNearest(new float[] { 1, 0.1f }, items, item => item.Vector, 1)[0].Item.Name);
    }

    [Fact]
    public void GivesZeroForZeros() => Assert.Equal(0, VectorSearch.CosineSimilarity(new float[] { 0, 0 }, new float[] { 1, 2 }));

    [Fact]
    public void RefusesVectorsThatDoNotMatch()
    {
        Assert.Throws<ArgumentException>(() => VectorSearch.CosineSimilarity(new float[] { 1 }, new float[] { 1, 2 }));
        Assert.Throws<ArgumentException>(() => VectorSearch.DotProduct(default(EmbeddingVector), default(EmbeddingVector)));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorSearch.FindNearest(new float[] { 1 }, [new float[] { 1 }], 0));
    }

    [Fact]
    public void AsksForBase64UnlessTold()
    {
        var request = new EmbeddingRequest("text", "m");

        Assert.Equal(EmbeddingRequestEncodingFormat.Base64, EmbeddingDefaults.Apply(request).EncodingFormat);
        Assert.Equal(EmbeddingRequestEncodingFormat.Float, EmbeddingDefaults.Apply(request with { EncodingFormat = "float" }).EncodingFormat);
    }

    [Fact]
    public void ReadsBothEncodingsAlike()
    {
        var numbers = WireJson.Deserialize<EmbeddingVector>("[1,-2.5]");
        var base64 = WireJson.Deserialize<EmbeddingVector>($"\"{Convert.ToBase64String([0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0])}\"");

        Assert.Equal(numbers.Values.ToArray(), base64.Values.ToArray());
    }

    private static float[] Vector(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
}
