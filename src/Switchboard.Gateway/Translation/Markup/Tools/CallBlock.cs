namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>A part of the text of a <see cref="CallBlock"/>, good until it commits.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct TextPart(int Start, int Length);

/// <summary>
/// The text of a block of calls as a <see cref="ToolForm"/> reads it. Each of its questions answers true while more text
/// must come to know; once it answers false, <see cref="Took"/> tells whether the thing was there and has been passed.
/// Until then it tells of the thing before.
/// </summary>
internal sealed class CallBlock(HeldText held, ToolSchemas schemas, IMarkupOutput output)
{
    private const int LongestName = 256;

    private BracketScan _brackets;
    private int _searched;

    /// <summary>The tools of the request.</summary>
    public ToolSchemas Schemas => schemas;

    /// <summary>Where reading is: the first byte that is not passed.</summary>
    public int At { get; private set; }

    /// <summary>The index of the opening in its form; negative where there was none.</summary>
    public int Opening { get; private set; }

    /// <summary>Whether what was last asked for was there.</summary>
    public bool Took { get; private set; }

    /// <summary>The part that was last passed, of those that have one.</summary>
    public TextPart Part { get; private set; }

    /// <summary>True where the text has come to its end.</summary>
    public bool IsWhole { get; set; }

    /// <summary>True where the block was one of calls, up to <see cref="At"/>.</summary>
    public bool IsAccepted { get; private set; }

    private ReadOnlySpan<byte> Rest => Text[At..];

    private ReadOnlySpan<byte> Text => held.Span[..Math.Min(held.Length, MarkupText.MostHeld)];

    /// <summary>The bytes of a part.</summary>
    public ReadOnlySpan<byte> this[TextPart part] => held.Span.Slice(part.Start, part.Length);

    /// <summary>True where a part of the block is done with.</summary>
    public bool HasCommitted { get; private set; }

    /// <summary>Begins to read after an opening.</summary>
    public void Begin(int opening, int length)
    {
        (At, Opening, _searched, _brackets) = (length, opening, 0, default);
        (HasCommitted, IsAccepted) = (false, false);
    }

    /// <summary>Gives up, with all that is held.</summary>
    public void PassAll() => At = Text.Length;

    /// <summary>Where the text ends, less the part of a marker that it is cut in.</summary>
    public int EndWithout(ReadOnlySpan<byte> marker)
    {
        var length = Math.Min(marker.Length - 1, Text.Length);
        while (!Text.EndsWith(marker[..length]))
        {
            length--;
        }

        return Text.Length - length;
    }

    /// <summary>Goes back, to read a part in another way.</summary>
    public void Back(int to) => At = to;

    /// <summary>Passes a marker, and white space before it.</summary>
    public bool Take(ReadOnlySpan<byte> marker)
    {
        var rest = SkipSpace();
        var isThere = rest.StartsWith(marker);
        if (!isThere && !IsWhole && marker.StartsWith(rest))
        {
            return true;
        }

        Took = isThere;
        At += isThere ? marker.Length : 0;
        return false;
    }

    /// <summary>Passes the end of the whole text, where it lacks a marker or is cut in it.</summary>
    public bool EndsIn(ReadOnlySpan<byte> marker)
    {
        var rest = SkipSpace();
        var isCut = IsWhole && marker.StartsWith(rest);
        At += isCut ? rest.Length : 0;
        return isCut;
    }

    /// <summary>Passes a name, and white space before it: letters, digits and <c>_ - . : /</c>.</summary>
    public bool Name()
    {
        var rest = SkipSpace();
        rest = rest[..Math.Min(rest.Length, LongestName)];
        var length = 0;
        while (length < rest.Length && IsOfName(rest[length]))
        {
            length++;
        }

        if (length == Rest.Length && !IsWhole)
        {
            return true;
        }

        Took = length is > 0 and < LongestName;
        return Pass(Took ? length : 0, 0);
    }

    /// <summary>Passes everything to a marker, and the marker; the part is what stands before it.</summary>
    /// <param name="marker">The marker.</param>
    /// <param name="most">Where it must begin within so many bytes, how many.</param>
    public bool Until(ReadOnlySpan<byte> marker, int most = MarkupText.MostHeld)
    {
        var rest = Rest;
        rest = rest[..Math.Min(rest.Length, most + marker.Length)];
        var found = rest[_searched..].IndexOf(marker);
        if (found < 0 && !IsWhole && rest.Length < most + marker.Length)
        {
            _searched = Math.Max(0, rest.Length - marker.Length + 1);
            return true;
        }

        // What has no end is none of it, to the end: looking into it again could take a square of the time.
        Took = found >= 0;
        At += !Took && most == MarkupText.MostHeld ? rest.Length : 0;
        var length = _searched + found;
        _searched = 0;
        return Took && Pass(length, marker.Length);
    }

    /// <summary>Passes a JSON object or array, and white space before it; or what has its brackets and quotes. The part is it.</summary>
    public bool Json() => Brackets(isPython: false);

    /// <summary>Passes a list of Python, or what has its brackets and quotes; the part is it.</summary>
    public bool PythonList() => Brackets(isPython: true);

    /// <summary>Gives out a call.</summary>
    public void Release(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments) => output.ToolCall(id, name, arguments);

    /// <summary>Gives out calls, and is done with what is passed.</summary>
    public void Release(List<ParsedCall> calls)
    {
        foreach (var call in calls)
        {
            Release([], call.Name, call.Arguments);
        }

        Commit();
    }

    /// <summary>What is passed is done with. No part is good any more.</summary>
    public void Commit()
    {
        held.Drop(At);
        (At, HasCommitted) = (0, true);
    }

    /// <summary>What was last asked for was there, and is not what it should be.</summary>
    public void Fail() => Took = false;

    /// <summary>Whether a text that may not be empty is; then what was last asked for was not there.</summary>
    public bool IsMissing(ReadOnlySpan<byte> text)
    {
        Took &= !text.IsEmpty;
        return !Took;
    }

    /// <summary>The block is over; what is passed was all of it.</summary>
    public void Accept() => IsAccepted = true;

    private static bool IsOfName(byte value) => char.IsAsciiLetterOrDigit((char)value) || value >= 0x80 || "_-.:/"u8.Contains(value);

    private ReadOnlySpan<byte> SkipSpace()
    {
        At += MarkupText.LeadingSpace(Rest);
        return Rest;
    }

    private bool Brackets(bool isPython)
    {
        var state = _brackets.Scan(_brackets.Scanned == 0 ? SkipSpace() : Rest, isPython);
        if (state == BracketState.Open && !IsWhole)
        {
            return true;
        }

        Took = state == BracketState.Closed;
        var length = _brackets.Scanned;
        _brackets = default;
        return Pass(length, 0);
    }

    private bool Pass(int length, int marker)
    {
        Part = new TextPart(At, length);
        At += length + marker;
        return false;
    }
}
