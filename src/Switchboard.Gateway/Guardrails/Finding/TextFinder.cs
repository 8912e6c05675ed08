namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>
/// Finds things in a text that may still grow. What it says of a place never changes with what comes after, so that a
/// text in pieces has the same findings as the whole, however it is cut.
/// </summary>
internal abstract class TextFinder
{
    /// <summary>How many characters before a place it may look at.</summary>
    public const int Context = 2;

    /// <summary>Looks for the first finding at or behind a place.</summary>
    /// <param name="text">The text as far as it came; before <paramref name="from"/> there are <see cref="Context"/> characters, or all there were.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="isEnd">Nothing follows.</param>
    /// <param name="found">What was found.</param>
    /// <param name="safe">Where nothing was found: up to here nothing begins, whatever follows. At the end of the text its length.</param>
    public abstract bool TryFind(ReadOnlySpan<char> text, int from, bool isEnd, out Finding found, out int safe);

    /// <summary>A letter or a digit, or what words of programs are made of.</summary>
    protected static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}

/// <summary>Something found in a text.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Kind">What it is, such as <c>EMAIL</c>.</param>
internal readonly record struct Finding(int Start, int Length, string Kind);
