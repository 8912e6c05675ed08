using System.Runtime.InteropServices;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Providers.Local;

public sealed class LocalEmbeddingTests
{
    [Fact]
    public async Task Vectors_come_in_the_order_of_the_texts_in_openais_shape()
    {
        await using var local = Harness();

        var answer = await local.AnswerAsync(ApiOperation.Embeddings, """{"model":"embed","input":["the cat","a dog"]}""");
        var alone = await local.AnswerAsync(ApiOperation.Embeddings, """{"model":"embed","input":"a dog"}""");

        Assert.Equal(["object", "data", "model", "usage"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal([0, 1], answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
        Assert.Equal(["object", "index", "embedding"], answer.GetProperty("data")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(256, Vector(answer, 0).Length);
        Assert.Equal(Vector(alone, 0), Vector(answer, 1));
        Assert.Equal("""{"prompt_tokens":4,"total_tokens":4}""", answer.GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task Base64_holds_the_same_numbers()
    {
        await using var local = Harness();

        var floats = await local.AnswerAsync(ApiOperation.Embeddings, """{"model":"embed","input":"the cat","encoding_format":"float"}""");
        var base64 = await local.AnswerAsync(ApiOperation.Embeddings, """{"model":"embed","input":"the cat","encoding_format":"base64"}""");

        var bytes = base64.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(Vector(floats, 0), MemoryMarshal.Cast<byte, float>(bytes).ToArray());
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_at_length_one()
    {
        await using var local = Harness();

        var whole = Vector(await local.AnswerAsync(ApiOperation.Embeddings, """{"model":"embed","input":"the cat"}"""), 0);
        var few = Vector(await local.AnswerAsync(ApiOperation.Embeddings, """{"model":"embed","input":"the cat","dimensions":8}"""), 0);

        Assert.Equal(8, few.Length);
        Assert.Equal(1, few.Sum(value => value * value), 1e-5f);
        Assert.Equal(whole[0] / whole[1], few[0] / few[1], 1e-3f);
    }

    [Theory]
    [InlineData("\"input\":[1,2]", "input")]
    [InlineData("\"input\":[\"a\",1]", "input[1]")]
    [InlineData("\"input\":\"a\",\"dimensions\":257", "dimensions")]
    [InlineData("\"input\":\"a\",\"dimensions\":0", "dimensions")]
    [InlineData("\"input\":\"a\",\"encoding_format\":\"int8\"", "encoding_format")]
    public async Task What_cannot_be_embedded_is_named(string members, string param)
    {
        await using var local = Harness();

        var error = await local.ErrorAsync(ApiOperation.Embeddings, $$"""{"model":"embed",{{members}}}""");

        Assert.Equal((400, param), (error.Status, error.Body.Param));
    }

    [Fact]
    public async Task An_embedding_model_does_not_chat()
    {
        await using var local = Harness();

        var error = await local.ErrorAsync(ApiOperation.ChatCompletions, """{"model":"embed","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal((400, "unsupported_operation"), (error.Status, error.Body.Code));
    }

    private static LocalHarness Harness()
    {
        var local = new LocalHarness();
        local.Write("embed.gguf", File.ReadAllBytes(RepositoryRoot.Combine("models", "switchboard-tiny-embed.gguf")));
        return local;
    }

    private static float[] Vector(JsonElement answer, int index) =>
        [.. answer.GetProperty("data")[index].GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle())];
}
