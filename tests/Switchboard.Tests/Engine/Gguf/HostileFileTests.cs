using Switchboard.Engine;

namespace Switchboard.Tests.Engine.Gguf;

/// <summary>Whatever a file contains, loading ends with a model or with an error that names file and fault.</summary>
public sealed class HostileFileTests : IDisposable
{
    private static readonly TestModel s_small = new() { Width = 32, Layers = 1, Heads = 2, KeyValueHeads = 1, Hidden = 32, ExtraTokens = 3 };
    private static readonly byte[] s_valid = s_small.ToWriter().ToBytes();

    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-hostile-").FullName;

    public static TheoryData<string, string> WrongMetadata => new()
    {
        { "general.architecture", "is missing" },
        { "llama.embedding_length", "is missing" },
        { "llama.block_count", "is missing" },
        { "llama.attention.head_count", "is missing" },
        { "llama.feed_forward_length", "is missing" },
        { "llama.context_length", "is missing" },
        { "llama.attention.layer_norm_rms_epsilon", "is missing" },
        { "tokenizer.ggml.model", "is missing" },
        { "tokenizer.ggml.tokens", "is missing" },
    };

    [Theory]
    [MemberData(nameof(WrongMetadata))]
    public void A_missing_key_is_named(string key, string fault) => Refuses(s_small.ToWriter().Remove(key), key, fault);

    [Theory]
    [InlineData("general.architecture", "gptneox", "not supported")]
    [InlineData("general.architecture", 5, "not a text")]
    [InlineData("llama.attention.head_count", 0, "must be 1")]
    [InlineData("llama.attention.head_count", -2, "must be 1")]
    [InlineData("llama.attention.head_count_kv", 3, "must be 1 to 2")]
    [InlineData("llama.block_count", 1_000_000, "must be 1")]
    [InlineData("llama.block_count", 2, "blk.1.attn_norm.weight is missing")]
    [InlineData("llama.embedding_length", int.MaxValue, "must be 1")]
    [InlineData("llama.embedding_length", 64, "has the shape")]
    [InlineData("llama.feed_forward_length", 64, "has the shape")]
    [InlineData("llama.context_length", 0, "must be 1")]
    [InlineData("llama.context_length", "many", "not a whole number")]
    [InlineData("llama.attention.layer_norm_rms_epsilon", float.NaN, "must be")]
    [InlineData("llama.attention.layer_norm_rms_epsilon", float.PositiveInfinity, "must be")]
    [InlineData("llama.rope.freq_base", float.NaN, "must be")]
    [InlineData("llama.rope.freq_base", -1f, "must be")]
    [InlineData("llama.rope.dimension_count", 3, "must be even")]
    [InlineData("llama.rope.dimension_count", 64, "must be 2 to 16")]
    [InlineData("llama.rope.scaling.type", "yarn", "not supported")]
    [InlineData("llama.expert_count", 8, "not supported")]
    [InlineData("llama.attention.key_length", 7, "not supported")]
    [InlineData("tokenizer.ggml.model", "bert", "not supported")]
    [InlineData("tokenizer.ggml.model", "gpt2", "tokenizer.ggml.merges is missing")]
    [InlineData("tokenizer.ggml.bos_token_id", 1_000_000, "must be -1")]
    [InlineData("tokenizer.ggml.tokens", new[] { "a", "b" }, "for 2 tokens")]
    [InlineData("tokenizer.ggml.tokens", new string[0], "has 0 tokens")]
    [InlineData("tokenizer.ggml.scores", new[] { 1f }, "has 1 entries")]
    [InlineData("tokenizer.ggml.token_type", new[] { 1 }, "has 1 entries")]
    [InlineData("general.alignment", 0, "must be 1")]
    public void A_wrong_value_is_named(string key, object value, string fault) => Refuses(s_small.ToWriter().Set(key, value), fault);

    [Fact]
    public void A_missing_tensor_is_named() => Refuses(s_small.ToWriter().RemoveTensor("blk.0.attn_k.weight"), "blk.0.attn_k.weight is missing");

    [Fact]
    public void A_tensor_that_the_engine_does_not_know_is_named() =>
        Refuses(s_small.ToWriter().Tensor("blk.0.attn_q.bias", [32], GgufWriter.F32, new byte[128]), "blk.0.attn_q.bias", "not part");

    [Theory]
    [InlineData(12u, "Q4_K")]
    [InlineData(30u, "BF16")]
    [InlineData(999u, "number 999")]
    public void A_tensor_of_an_unsupported_type_is_named(uint type, string name) =>
        Refuses(s_small.ToWriter().Tensor("blk.0.ffn_up.weight", [32, 32], type, new byte[4096]), "blk.0.ffn_up.weight", name);

    [Fact]
    public void A_tensor_beyond_the_end_is_named() =>
        Refuses(s_small.ToWriter().Tensor("blk.0.zz", [1 << 20, 100], GgufWriter.F32, []), "blk.0.zz", "beyond the end");

    [Fact]
    public void A_tensor_with_overflowing_dimensions_is_named() =>
        Refuses(s_small.ToWriter().Tensor("blk.0.zz", [int.MaxValue, int.MaxValue, int.MaxValue], GgufWriter.F32, []), "blk.0.zz", "out of range");

    [Fact]
    public void A_merge_that_is_no_pair_is_named() =>
        Refuses(s_small.ToWriter().Set("tokenizer.ggml.model", "gpt2").Set("tokenizer.ggml.merges", new[] { "a b", "ab" }), "entry 1");

    [Fact]
    public void Merges_of_nothing_known_do_no_harm()
    {
        var tokens = s_small.Tokens;
        var path = s_small.ToWriter().Set("tokenizer.ggml.model", "gpt2").Set("tokenizer.ggml.pre", "gpt-2").Set("tokenizer.ggml.merges", new[] { "h i", "hi x", "x hi" }).ToFile("merges.gguf");

        using var model = LanguageModel.Load(path);

        Assert.All(model.Tokenize("hi hix xhi", false, false), token => Assert.InRange(token, 0, tokens.Length - 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GGU")]
    [InlineData("GGUF")]
    [InlineData("not a model at all, but a text")]
    [InlineData("GGUF\u0001\0\0\0")]
    [InlineData("GGUF\u0003\0\0\0\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f")]
    public void A_foreign_file_is_refused(string content) => Refuses(System.Text.Encoding.Latin1.GetBytes(content));

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        Assert.Throws<ModelFileException>(() => LanguageModel.Load(Path.Combine(_folder, "nothing.gguf")));
        Assert.Throws<ModelFileException>(() => LanguageModel.Load(_folder));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        // Every length near the header's beginning, then steps; the last 32 bytes may be padding.
        for (var length = 0; length < s_valid.Length - 32; length += length < 600 ? 1 : 211)
        {
            Refuses(s_valid[..length]);
        }
    }

    [Fact]
    public async Task Flipped_bits_give_an_error_or_a_model_that_runs()
    {
        var random = new Random(2026);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = (byte[])s_valid.Clone();
            for (var flips = random.Next(1, 9); flips > 0; flips--)
            {
                // Most of the damage in the header, where it matters.
                var at = random.Next(round % 4 == 0 ? bytes.Length : Math.Min(bytes.Length, 12_000));
                bytes[at] = (byte)(random.Next(3) == 0 ? random.Next(256) : bytes[at] ^ (1 << random.Next(8)));
            }

            await LoadAndRunAsync(bytes);
        }
    }

    [Fact]
    public async Task Weights_that_are_no_numbers_do_no_harm()
    {
        var broken = TensorBytes.Of(GgufWriter.F32, [.. Enumerable.Repeat(float.NaN, 32 * 32)]);
        foreach (var name in (string[])["blk.0.attn_q.weight", "blk.0.ffn_up.weight", "blk.0.attn_output.weight"])
        {
            await LoadAndRunAsync(s_small.ToWriter().Tensor(name, [32, 32], GgufWriter.F32, broken).ToBytes());
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Refuses(GgufWriter writer, params string[] faults) => Refuses(writer.ToBytes(), faults);

    private void Refuses(byte[] content, params string[] faults)
    {
        var path = Path.Combine(_folder, "model.gguf");
        File.WriteAllBytes(path, content);

        var error = Assert.Throws<ModelFileException>(() => LanguageModel.Load(path));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.All(faults, fault => Assert.Contains(fault, error.Message, StringComparison.Ordinal));
    }

    private async Task LoadAndRunAsync(byte[] content)
    {
        var path = Path.Combine(_folder, "model.gguf");
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        LanguageModel model;
        try
        {
            model = LanguageModel.Load(path);
        }
        catch (ModelFileException)
        {
            return;
        }

        using (model)
        {
            await using var engine = new InferenceEngine(model, new() { MaxConcurrentSequences = 1, PrefillChunk = 8 });
            var prompt = model.Tokenize("hello", parseSpecial: true, addBos: true);
            if (prompt.Count > 0 && prompt.Count < engine.ContextLength)
            {
                await engine.AnswerAsync(new() { Prompt = prompt, MaxTokens = 3 });
            }
        }
    }
}
