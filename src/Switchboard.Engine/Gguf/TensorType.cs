namespace Switchboard.Engine.Gguf;

/// <summary>The numbers of GGML's tensor types that the engine computes with.</summary>
internal enum TensorType : uint
{
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q8_0 = 8,
    Q6_K = 14,
}

/// <summary>Sizes and names of tensor types.</summary>
internal static class TensorTypes
{
    // GGML's numbering; kept for messages, so that a refusal names the type that the file has.
    private static readonly Dictionary<uint, string> s_names = new()
    {
        [0] = "F32", [1] = "F16", [2] = "Q4_0", [3] = "Q4_1", [6] = "Q5_0", [7] = "Q5_1", [8] = "Q8_0", [9] = "Q8_1",
        [10] = "Q2_K", [11] = "Q3_K", [12] = "Q4_K", [13] = "Q5_K", [14] = "Q6_K", [15] = "Q8_K",
        [16] = "IQ2_XXS", [17] = "IQ2_XS", [18] = "IQ3_XXS", [19] = "IQ1_S", [20] = "IQ4_NL", [21] = "IQ3_S", [22] = "IQ2_S", [23] = "IQ4_XS",
        [24] = "I8", [25] = "I16", [26] = "I32", [27] = "I64", [28] = "F64", [29] = "IQ1_M", [30] = "BF16", [34] = "TQ1_0", [35] = "TQ2_0", [39] = "MXFP4",
    };

    public static bool IsSupported(uint type) => BlockBytes((TensorType)type) != 0;

    public static string Name(uint type) => s_names.TryGetValue(type, out var name) ? name : $"number {type}";

    /// <summary>How many values share a block.</summary>
    public static int BlockLength(TensorType type) => type switch
    {
        TensorType.Q4_0 or TensorType.Q8_0 => 32,
        TensorType.Q6_K => 256,
        _ => 1,
    };

    /// <summary>How long a block is; 0 for a type that the engine does not know.</summary>
    public static int BlockBytes(TensorType type) => type switch
    {
        TensorType.F32 => 4,
        TensorType.F16 => 2,
        TensorType.Q4_0 => 2 + 16,
        TensorType.Q8_0 => 2 + 32,
        TensorType.Q6_K => 128 + 64 + 16 + 2,
        _ => 0,
    };
}
