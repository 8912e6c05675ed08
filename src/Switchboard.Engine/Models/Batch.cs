namespace Switchboard.Engine.Models;

/// <summary>The tokens of one step, of any mix of sequences. A sequence's tokens are neighbours and in order.</summary>
internal sealed class Batch(int capacity)
{
    private readonly KeyValueSequence?[] _sequences = new KeyValueSequence?[capacity];

    public int Capacity { get; } = capacity;

    public int Count { get; private set; }

    public int[] Tokens { get; } = new int[capacity];

    public int[] Positions { get; } = new int[capacity];

    /// <summary>Which tokens' predictions are wanted, in order.</summary>
    public int[] Outputs { get; } = new int[capacity];

    public int OutputCount { get; private set; }

    public KeyValueSequence Sequence(int index) => _sequences[index]!;

    /// <summary>Adds the next token of a sequence.</summary>
    public void Add(int token, KeyValueSequence sequence)
    {
        Tokens[Count] = token;
        Positions[Count] = sequence.Length;
        _sequences[Count] = sequence;
        sequence.Append(1);
        Count++;
    }

    /// <summary>Asks for the prediction after the token added last; returns its row.</summary>
    public int WantOutput()
    {
        Outputs[OutputCount] = Count - 1;
        return OutputCount++;
    }

    public void Clear()
    {
        Array.Clear(_sequences, 0, Count);
        Count = 0;
        OutputCount = 0;
    }
}
