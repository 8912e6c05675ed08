namespace Switchboard.Gateway.Guardrails;

/// <summary>A whole text of a request or an answer.</summary>
/// <param name="text">What it says.</param>
/// <param name="found">Where it lies in its document.</param>
internal sealed class GuardedText(string text, Texts.FoundText found)
{
    /// <summary>What it said when it came.</summary>
    public string Was { get; } = text;

    /// <summary>What it says now.</summary>
    public string Text { get; private set; } = text;

    /// <summary>Where it lies.</summary>
    public Texts.FoundText Found => found;

    /// <summary>The number of its choice or item.</summary>
    public int First => found.First;

    /// <summary>A guardrail put something else in its place.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Puts something else in its place, where it is something else.</summary>
    public void Change(ReadOnlySpan<char> to)
    {
        if (!to.SequenceEqual(Text))
        {
            Text = to.ToString();
            IsChanged = true;
        }
    }
}
