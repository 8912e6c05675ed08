using Switchboard.Engine;

namespace Switchboard.Tests.Engine;

/// <summary>Small models with random weights, and the sizes to write them.</summary>
internal sealed record TestModel
{
    public const string ChatMl =
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    public int Width { get; init; } = 64;

    public int Layers { get; init; } = 2;

    public int Heads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    public int Hidden { get; init; } = 96;

    public int Context { get; init; } = 256;

    public int ExtraTokens { get; init; } = 100;

    public uint Type { get; init; } = GgufWriter.Q8_0;

    public bool Tied { get; init; } = true;

    public int Seed { get; init; } = 1;

    /// <summary>What the file advises; null for nothing.</summary>
    public float? Temperature { get; init; }

    /// <summary>The vocabulary: unknown, begin, end, two chat markers, the bytes, the letters with and without a space, and filler words.</summary>
    public string[] Tokens =>
    [
        "<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>",
        .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"),
        .. Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString()),
        .. Enumerable.Range('a', 26).Select(letter => "▁" + (char)letter),
        "▁",
        .. Enumerable.Range(0, ExtraTokens).Select(i => $"▁w{i}"),
    ];

    public LanguageModel Load(string name = "test.gguf")
    {
        var path = ToWriter().ToFile(name);
        try
        {
            return LanguageModel.Load(path);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    public GgufWriter ToWriter()
    {
        var tokens = Tokens;
        var headWidth = Width / Heads;
        var writer = new GgufWriter()
            .Set("general.architecture", "llama")
            .Set("general.name", "Test model")
            .Set("llama.context_length", Context)
            .Set("llama.embedding_length", Width)
            .Set("llama.block_count", Layers)
            .Set("llama.feed_forward_length", Hidden)
            .Set("llama.attention.head_count", Heads)
            .Set("llama.attention.head_count_kv", KeyValueHeads)
            .Set("llama.attention.layer_norm_rms_epsilon", 1e-5f)
            .Set("tokenizer.ggml.model", "llama")
            .Set("tokenizer.ggml.tokens", tokens)
            .Set("tokenizer.ggml.scores", tokens.Select((_, i) => i < 261 ? 0f : -i).ToArray())
            .Set("tokenizer.ggml.token_type", tokens.Select((_, i) => i == 0 ? 2 : i < 5 ? 3 : i < 261 ? 6 : 1).ToArray())
            .Set("tokenizer.ggml.bos_token_id", 1)
            .Set("tokenizer.ggml.eos_token_id", 2)
            .Set("tokenizer.ggml.unknown_token_id", 0)
            .Set("tokenizer.chat_template", ChatMl);
        if (Temperature is { } temperature)
        {
            writer.Set("general.sampling.temp", temperature);
        }

        var random = new Random(Seed);
        Matrix(writer, random, "token_embd.weight", tokens.Length, Width, 1f);
        Vector(writer, random, "output_norm.weight", Width);
        if (!Tied)
        {
            Matrix(writer, random, "output.weight", tokens.Length, Width, 1f);
        }

        for (var i = 0; i < Layers; i++)
        {
            Vector(writer, random, $"blk.{i}.attn_norm.weight", Width);
            Matrix(writer, random, $"blk.{i}.attn_q.weight", Width, Width, 0.3f);
            Matrix(writer, random, $"blk.{i}.attn_k.weight", KeyValueHeads * headWidth, Width, 0.3f);
            Matrix(writer, random, $"blk.{i}.attn_v.weight", KeyValueHeads * headWidth, Width, 0.3f);
            Matrix(writer, random, $"blk.{i}.attn_output.weight", Width, Width, 0.3f);
            Vector(writer, random, $"blk.{i}.ffn_norm.weight", Width);
            Matrix(writer, random, $"blk.{i}.ffn_gate.weight", Hidden, Width, 0.3f);
            Matrix(writer, random, $"blk.{i}.ffn_up.weight", Hidden, Width, 0.3f);
            Matrix(writer, random, $"blk.{i}.ffn_down.weight", Width, Hidden, 0.3f);
        }

        return writer;
    }

    private void Matrix(GgufWriter writer, Random random, string name, int rows, int columns, float size)
    {
        var values = Enumerable.Range(0, rows * columns).Select(_ => (float)((random.NextDouble() * 2) - 1) * size).ToArray();
        writer.Tensor(name, [columns, rows], Type, TensorBytes.Of(Type, values));
    }

    private static void Vector(GgufWriter writer, Random random, string name, int length)
    {
        var values = Enumerable.Range(0, length).Select(_ => 0.5f + (float)random.NextDouble()).ToArray();
        writer.Tensor(name, [length], GgufWriter.F32, TensorBytes.Of(GgufWriter.F32, values));
    }
}
