using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>Knows the shape of one kind of thing. It says yes or no only where what follows cannot change it.</summary>
/// <param name="kind">What it is, as masks name it: <c>EMAIL</c>.</param>
/// <param name="starts">The characters that it can begin with.</param>
internal abstract class Detector(string kind, SearchValues<char> starts)
{
    /// <summary>What it is.</summary>
    public string Kind => kind;

    /// <summary>Whether one can begin with this character.</summary>
    public virtual bool StartsWith(char character) => starts.Contains(character);

    /// <summary>Whether one can begin behind this character.</summary>
    public virtual bool MayFollow(char before) => !char.IsLetterOrDigit(before) && before != '_';

    /// <summary>Whether one lies at the beginning of a text.</summary>
    /// <param name="text">The text from where one may begin.</param>
    /// <param name="isEnd">Nothing follows.</param>
    /// <param name="found">Where it lies, in the text.</param>
    public abstract Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found);

    /// <summary>No, and nothing found.</summary>
    protected static Verdict No(out Range found) => Not(Verdict.No, out found);

    /// <summary>What follows decides; at the end of the text: no.</summary>
    protected static Verdict Wait(bool isEnd, out Range found) => Not(isEnd ? Verdict.No : Verdict.Wait, out found);

    /// <summary>Yes: so many characters.</summary>
    protected static Verdict Yes(int length, out Range found) => Yes(..length, out found);

    /// <summary>Yes: here.</summary>
    protected static Verdict Yes(Range at, out Range found)
    {
        found = at;
        return Verdict.Yes;
    }

    /// <summary>How many of the first characters are of a set, up to a most.</summary>
    protected static int Run(ReadOnlySpan<char> text, SearchValues<char> set, int most)
    {
        var head = text[..Math.Min(text.Length, most)];
        var end = head.IndexOfAnyExcept(set);
        return end < 0 ? head.Length : end;
    }

    private static Verdict Not(Verdict verdict, out Range found)
    {
        found = default;
        return verdict;
    }
}

/// <summary>What a detector says.</summary>
internal enum Verdict
{
    /// <summary>There is none.</summary>
    No,

    /// <summary>There is one.</summary>
    Yes,

    /// <summary>What follows decides.</summary>
    Wait,
}
