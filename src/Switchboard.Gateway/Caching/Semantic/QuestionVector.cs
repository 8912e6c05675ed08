using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Switchboard.Gateway.Caching.Semantic;

/// <summary>Vectors of length 1, so that the cosine of two is the sum of their products.</summary>
internal static class QuestionVector
{
    /// <summary>Reads the first vector of an answer for embeddings.</summary>
    /// <returns>Null where there is none.</returns>
    public static float[]? Read(ReadOnlySpan<byte> answer)
    {
        var json = new Utf8JsonReader(answer);
        try
        {
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("embedding"u8))
                {
                    json.Read();
                    return json.TokenType == JsonTokenType.String ? Normalize(FromBase64(json.GetBytesFromBase64())) : Normalize(FromArray(ref json));
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // It is no answer for embeddings.
        }

        return null;
    }

    /// <summary>The cosine of two vectors; -1 where they are of different lengths.</summary>
    public static float Cosine(float[] left, float[] right)
    {
        if (left.Length != right.Length)
        {
            return -1;
        }

        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums += new Vector<float>(left, i) * new Vector<float>(right, i);
        }

        var sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static float[] FromArray(ref Utf8JsonReader json)
    {
        var numbers = new List<float>(1024);
        while (json.Read() && json.TokenType == JsonTokenType.Number)
        {
            numbers.Add(json.GetSingle());
        }

        return [.. numbers];
    }

    private static float[] FromBase64(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    // Nothing means the same as a vector without a direction.
    private static float[]? Normalize(float[] vector)
    {
        var square = Cosine(vector, vector);
        if (vector.Length == 0 || !float.IsFinite(square) || square <= 0)
        {
            return null;
        }

        var length = MathF.Sqrt(square);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] /= length;
        }

        return vector;
    }
}
