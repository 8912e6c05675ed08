using System.Text.Json;
using Switchboard.Engine;
using Switchboard.Engine.Embeddings;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Engine.Embeddings;

public sealed class EmbeddingModelTests
{
    private static readonly Lazy<EmbeddingModel> s_model = new(() => EmbeddingModel.Load(RepositoryRoot.Combine("models", "switchboard-tiny-embed.gguf")));

    public static IEnumerable<TheoryDataRow<int, string>> Expected() =>
        Rows().Select((row, i) => new TheoryDataRow<int, string>(i, row.GetProperty("text").GetString()![..Math.Min(30, row.GetProperty("text").GetString()!.Length)]));

    [Theory]
    [MemberData(nameof(Expected))]
    public void A_text_gets_the_vector_of_the_reference(int number, string beginning)
    {
        var row = Rows()[number];
        var vector = new float[256];

        var words = s_model.Value.Embed(row.GetProperty("text").GetString()!, vector);

        Assert.StartsWith(beginning, row.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(row.GetProperty("word_count").GetInt32(), words);
        Assert.All(row.GetProperty("vector").EnumerateArray().Zip(vector), pair => Assert.Equal(pair.First.GetSingle(), pair.Second, 2e-5f));
    }

    [Fact]
    public void Texts_that_mean_the_same_are_nearer_than_others()
    {
        var asked = Vector("I forgot my password and cannot sign in");

        Assert.True(Dot(asked, Vector("reset the login credentials")) > Dot(asked, Vector("bake bread with flour and yeast")));
    }

    [Fact]
    public void Many_threads_get_the_same_vectors()
    {
        var expected = Vector("teh qick brwn fox zqxvkj");

        Parallel.For(0, 64, _ => Assert.Equal(expected, Vector("teh qick brwn fox zqxvkj")));
    }

    [Theory]
    [InlineData("switchboard-embed.embedding_length", 33)]
    [InlineData("switchboard-embed.subword.buckets", 7)]
    [InlineData("general.architecture", "llama")]
    [InlineData("switchboard-embed.suffix_rules", 1)]
    public void A_file_whose_parts_do_not_fit_is_refused(string key, object value)
    {
        var path = SmallFile().Set(key, value).ToFile("small.gguf");
        try
        {
            var fault = Assert.Throws<ModelFileException>(() => EmbeddingModel.Load(path));
            Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static GgufWriter SmallFile() => new GgufWriter()
        .Set("general.architecture", "switchboard-embed")
        .Set("switchboard-embed.embedding_length", 32)
        .Set("switchboard-embed.context_length", 10)
        .Set("switchboard-embed.subword.min", 3)
        .Set("switchboard-embed.subword.max", 5)
        .Set("switchboard-embed.subword.buckets", 2)
        .Set("switchboard-embed.subword.weight", 1f)
        .Set("switchboard-embed.edit.min", 4)
        .Set("switchboard-embed.edit.weight", 1f)
        .Set("switchboard-embed.suffix_rules", new[] { "s>" })
        .Set("tokenizer.ggml.tokens", new[] { "<num>", "cat" })
        .Tensor("token_embd.weight", [32, 2], GgufWriter.Q8_0, TensorBytes.Of(GgufWriter.Q8_0, new float[64]))
        .Tensor("token_weight", [2], GgufWriter.F32, TensorBytes.Of(GgufWriter.F32, new float[2]))
        .Tensor("subword.weight", [32, 2], GgufWriter.Q8_0, TensorBytes.Of(GgufWriter.Q8_0, new float[64]))
        .Tensor("common.weight", [32, 1], GgufWriter.F32, TensorBytes.Of(GgufWriter.F32, new float[32]));

    private static JsonElement[] Rows()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("tools", "tiny-model", "embed", "expected.json")));
        return [.. document.RootElement.EnumerateArray().Select(row => row.Clone())];
    }

    private static float[] Vector(string text)
    {
        var vector = new float[256];
        s_model.Value.Embed(text, vector);
        return vector;
    }

    private static float Dot(float[] left, float[] right) => left.Zip(right).Sum(pair => pair.First * pair.Second);
}
