using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Embeddings;

/// <summary>What a file of the kind <c>switchboard-embed</c> holds, each part checked.</summary>
internal sealed class EmbeddingTables
{
    public const string Architecture = "switchboard-embed";

    private const string NumberWord = "<num>";

    private EmbeddingTables(GgufFile file, int dimensions)
    {
        var metadata = file.Metadata;
        Dimensions = dimensions;
        ContextLength = metadata.RequiredInteger(Key("context_length"), 1, 1 << 24);
        ShortestSubword = metadata.RequiredInteger(Key("subword.min"), 1, 16);
        LongestSubword = metadata.RequiredInteger(Key("subword.max"), ShortestSubword, 16);
        SubwordWeight = Required(metadata, "subword.weight");
        EditWeight = Required(metadata, "edit.weight");
        var tokens = metadata.Texts("tokenizer.ggml.tokens") ?? throw GgufMetadata.Missing("tokenizer.ggml.tokens");
        Words = new VectorTable(file, Tensor(file, "token_embd.weight", tokens.Length));
        Weights = ReadRow(file, Find(file, "token_weight"), tokens.Length, 0);
        Subwords = new VectorTable(file, Tensor(file, "subword.weight", metadata.RequiredInteger(Key("subword.buckets"), 1, 1 << 28)));
        Common = ReadCommon(file);
        var index = ReadIndex(metadata, tokens);
        NumberToken = index.TryGetValue(NumberWord, out var number) ? number : throw new GgufFormatException($"the token {NumberWord} is missing");
        Index = new WordIndex(index, ReadRules(metadata), metadata.RequiredInteger(Key("edit.min"), 1, 64));
    }

    public int Dimensions { get; }

    public int ContextLength { get; }

    public WordIndex Index { get; }

    public VectorTable Words { get; }

    public float[] Weights { get; }

    public VectorTable Subwords { get; }

    public float[][] Common { get; }

    public int NumberToken { get; }

    public int ShortestSubword { get; }

    public int LongestSubword { get; }

    public double SubwordWeight { get; }

    public double EditWeight { get; }

    public static EmbeddingTables Read(GgufFile file)
    {
        var architecture = file.Metadata.RequiredText("general.architecture");
        if (architecture != Architecture)
        {
            throw new GgufFormatException($"the architecture is '{architecture}', which makes no embeddings; '{Architecture}' does");
        }

        var dimensions = file.Metadata.RequiredInteger(Key("embedding_length"), 32, 1 << 16);
        return dimensions % 32 == 0
            ? new EmbeddingTables(file, dimensions)
            : throw new GgufFormatException($"{Key("embedding_length")} is {dimensions}; it must be a multiple of 32");
    }

    private static string Key(string name) => $"{Architecture}.{name}";

    private static double Required(GgufMetadata metadata, string name) =>
        metadata.Number(Key(name), 0, 1e6f) ?? throw GgufMetadata.Missing(Key(name));

    private static GgufTensor Find(GgufFile file, string name) =>
        file.Find(name) ?? throw new GgufFormatException($"the tensor {name} is missing");

    private GgufTensor Tensor(GgufFile file, string name, int? rows)
    {
        var tensor = Find(file, name);
        return tensor.Columns == Dimensions && (rows is null || tensor.Rows == rows)
            ? tensor
            : throw new GgufFormatException($"the tensor {name} is {tensor.Shape}; [{Dimensions}, {rows}] is expected");
    }

    private float[][] ReadCommon(GgufFile file)
    {
        var tensor = Tensor(file, "common.weight", null);
        return [.. Enumerable.Range(0, (int)tensor.Rows).Select(row => ReadRow(file, tensor, Dimensions, row))];
    }

    private static unsafe float[] ReadRow(GgufFile file, GgufTensor tensor, int length, int row)
    {
        if ((TensorType)tensor.Type != TensorType.F32 || tensor.Columns != length)
        {
            throw new GgufFormatException($"the tensor {tensor.Name} is {TensorTypes.Name(tensor.Type)} {tensor.Shape}; F32 with {length} columns is expected");
        }

        return new ReadOnlySpan<float>(file.DataOf(tensor) + ((long)row * length * sizeof(float)), length).ToArray();
    }

    // A token wins over an alias.
    private static Dictionary<string, int> ReadIndex(GgufMetadata metadata, string[] tokens)
    {
        var words = metadata.Texts(Key("alias.words")) ?? [];
        var targets = metadata.Integers(Key("alias.tokens")) ?? [];
        if (words.Length != targets.Length || targets.Any(target => target < 0 || target >= tokens.Length))
        {
            throw new GgufFormatException($"{Key("alias.tokens")} does not fit {Key("alias.words")}");
        }

        var index = new Dictionary<string, int>(words.Length + tokens.Length, StringComparer.Ordinal);
        for (var i = 0; i < words.Length; i++)
        {
            index[words[i]] = (int)targets[i];
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            index[tokens[i]] = i;
        }

        return index;
    }

    private static string[] ReadRules(GgufMetadata metadata)
    {
        var rules = metadata.Texts(Key("suffix_rules")) ?? [];
        return rules.All(rule => rule.Count(c => c == '>') == 1)
            ? rules
            : throw new GgufFormatException($"{Key("suffix_rules")} has a rule that is not suffix>replacement");
    }
}
