namespace Switchboard.Engine.Sampling;

/// <summary>Buffers of a vocabulary's size that all sequences of a loop share, one after the other.</summary>
internal sealed class SamplingScratch(int vocabularySize)
{
    public float[] Logits { get; } = new float[vocabularySize];

    /// <summary>The model's own logits of the token in hand, where log probabilities are asked for.</summary>
    public float[] Unchanged { get; } = new float[vocabularySize];

    public float[] Weights { get; } = new float[vocabularySize];

    public int[] Candidates { get; } = new int[vocabularySize];
}
