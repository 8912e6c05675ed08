using Switchboard.Engine.Models;

namespace Switchboard.Engine.Scheduling;

/// <summary>A prompt that was read once for several choices: its keys and values, and the model's prediction after it.</summary>
internal sealed class SharedPrompt(KeyValueSequence memory, float[] logits)
{
    public KeyValueSequence Memory { get; } = memory;

    public float[] Logits { get; } = logits;
}
