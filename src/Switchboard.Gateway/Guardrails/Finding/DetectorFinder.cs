using System.Buffers;
using System.Numerics;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>Finds what some detectors know, in one pass. Where two see something at one place, the first has it.</summary>
internal sealed class DetectorFinder : TextFinder
{
    private const int Ascii = 128;

    private static readonly SearchValues<char> s_escapes = SearchValues.Create("nrtbf");

    private readonly Detector[] _detectors;

    // Which detectors can begin with a character, a bit each; the last is for all characters beyond ASCII.
    private readonly ulong[] _byStart = new ulong[Ascii + 1];

    /// <summary>A finder of these, at most 64.</summary>
    public DetectorFinder(IReadOnlyList<Detector> detectors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(detectors.Count, 64);
        _detectors = [.. detectors];
        for (var i = 0; i < _detectors.Length; i++)
        {
            for (var character = 0; character < Ascii; character++)
            {
                _byStart[character] |= _detectors[i].StartsWith((char)character) ? 1UL << i : 0;
            }

            _byStart[Ascii] |= _detectors[i].StartsWith('\u00e9') ? 1UL << i : 0;
        }
    }

    /// <inheritdoc/>
    public override bool TryFind(ReadOnlySpan<char> text, int from, bool isEnd, out Finding found, out int safe)
    {
        for (var at = from; at < text.Length; at++)
        {
            var candidates = _byStart[Math.Min((int)text[at], Ascii)];
            if (candidates == 0 || IsEscaped(text, at))
            {
                continue;
            }

            switch (Test(text, at, candidates, isEnd, out found))
            {
                case Verdict.Yes:
                    safe = at;
                    return true;
                case Verdict.Wait:
                    safe = at;
                    return false;
            }
        }

        found = default;
        safe = text.Length;
        return false;
    }

    private Verdict Test(ReadOnlySpan<char> text, int at, ulong candidates, bool isEnd, out Finding found)
    {
        var before = at == 0 || IsEscaped(text, at - 1) ? '\n' : text[at - 1];
        for (; candidates != 0; candidates &= candidates - 1)
        {
            var detector = _detectors[BitOperations.TrailingZeroCount(candidates)];
            if (!detector.MayFollow(before))
            {
                continue;
            }

            var verdict = detector.Test(text[at..], isEnd, out var range);
            if (verdict != Verdict.No)
            {
                var (start, length) = range.GetOffsetAndLength(text.Length - at);
                found = new Finding(at + start, length, detector.Kind);
                return verdict;
            }
        }

        found = default;
        return Verdict.No;
    }

    // The arguments of tools are JSON inside a text: in \nsk-… the n belongs to the line end.
    private static bool IsEscaped(ReadOnlySpan<char> text, int at) => at > 0 && text[at - 1] == '\\' && s_escapes.Contains(text[at]);
}
