using System.Text.Json;
using Switchboard.Engine.Gguf;
using Switchboard.Engine.Tokenization;

namespace Switchboard.Tests.Engine.Tokenization;

/// <summary>Compares with what llama.cpp made of the same texts. The byte-pair vocabulary is every pair of some bytes, so that each cut between words shows.</summary>
public sealed class TokenizerExpectationTests
{
    private static readonly JsonElement s_expected = JsonDocument.Parse(SharedModels.Expectation("tokenizers.json")).RootElement;

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("smollm")]
    [InlineData("llama-bpe")]
    [InlineData("qwen2")]
    public void Byte_pairs_are_cut_as_llama_cpp_cuts_them(string pre) => Compare(pre, BytePairs(pre));

    [Fact]
    public void SentencePiece_is_cut_as_llama_cpp_cuts_it() => Compare("stories260K", SharedModels.Stories().Tokenizer);

    private static void Compare(string set, Tokenizer tokenizer)
    {
        var expected = s_expected.GetProperty("sets").EnumerateArray().Single(candidate => candidate.GetProperty("pre").GetString() == set);
        var texts = s_expected.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!).ToArray();

        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal(Ids(expected, "plain", i), (texts[i], Line(tokenizer.Encode(texts[i], (_, _) => false))), new SecondOnly());
            Assert.Equal(Ids(expected, "special", i), (texts[i], Line(tokenizer.WithBegin(tokenizer.Encode(texts[i], (_, _) => true)))), new SecondOnly());
        }
    }

    private static (string Text, string Ids) Ids(JsonElement set, string kind, int index) =>
        (kind, Line(set.GetProperty(kind)[index].EnumerateArray().Select(id => id.GetInt32())));

    private static string Line(IEnumerable<int> ids) => string.Join(' ', ids);

    private static Tokenizer BytePairs(string pre)
    {
        var characters = Convert.FromHexString(s_expected.GetProperty("characters").GetString()!).Select(ByteAlphabet.ToCharacter).ToArray();
        var tokens = Enumerable.Range(0, 256).Select(value => ByteAlphabet.ToCharacter((byte)value).ToString()).ToList();
        var merges = characters.SelectMany(_ => characters, (left, right) => $"{left} {right}").ToArray();
        tokens.AddRange(merges.Select(merge => merge.Replace(" ", string.Empty, StringComparison.Ordinal)));
        tokens.AddRange(["Ġthe", "hello", "12", "123", "Ġworld"]);
        tokens = [.. tokens.Distinct()];
        var plain = tokens.Count;
        tokens.AddRange(["<|begin|>", "<|im_start|>", "<|im_end|>", "<think>", "  "]);
        return Tokenizer.Read(new GgufMetadata(new Dictionary<string, object>
        {
            ["tokenizer.ggml.model"] = "gpt2",
            ["tokenizer.ggml.pre"] = pre,
            ["tokenizer.ggml.tokens"] = tokens.ToArray(),
            ["tokenizer.ggml.token_type"] = tokens.Select((_, i) => i < plain ? 1L : i < plain + 3 ? 3L : 4L).ToArray(),
            ["tokenizer.ggml.merges"] = merges,
            ["tokenizer.ggml.bos_token_id"] = (long)plain,
            ["tokenizer.ggml.eos_token_id"] = (long)plain + 2,
        }));
    }

    /// <summary>The first part only tells which text failed.</summary>
    private sealed class SecondOnly : IEqualityComparer<(string Text, string Ids)>
    {
        public bool Equals((string Text, string Ids) x, (string Text, string Ids) y) => x.Ids == y.Ids;

        public int GetHashCode((string Text, string Ids) obj) => obj.Ids.GetHashCode(StringComparison.Ordinal);
    }
}
