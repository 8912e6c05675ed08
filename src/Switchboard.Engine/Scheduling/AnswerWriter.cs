using System.Buffers;
using System.Text;
using Switchboard.Engine.Tokenization;

namespace Switchboard.Engine.Scheduling;

/// <summary>
/// Turns an answer's tokens into text that may be sent: whole characters only, nothing of a stop text, and held back while it could be
/// the beginning of one.
/// </summary>
internal sealed class AnswerWriter
{
    private readonly byte[][] _stops;
    private readonly Utf8Assembler _assembler = new();
    private readonly ArrayBufferWriter<byte> _held = new(64);
    private readonly Queue<(TokenLogProb LogProb, long Start)> _logProbs = new();

    /// <summary>Where in the answer the held text begins.</summary>
    private long _sent;

    public AnswerWriter(IReadOnlyList<string> stops)
    {
        _stops = [.. stops.Where(static stop => stop.Length > 0).Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Whether a stop text was found; the answer is complete.</summary>
    public bool Stopped { get; private set; }

    public void Append(ReadOnlySpan<byte> token, TokenLogProb? logProb)
    {
        if (logProb is not null)
        {
            _logProbs.Enqueue((logProb, _sent + _held.WrittenCount));
        }

        _assembler.Append(token, _held);
    }

    /// <summary>Ends the answer: an unfinished character becomes U+FFFD, held text is released unless it is a stop text.</summary>
    public void Complete() => _assembler.Complete(_held);

    /// <summary>Takes what may be sent.</summary>
    /// <param name="last">Whether nothing will follow.</param>
    public (ReadOnlyMemory<byte> Text, IReadOnlyList<TokenLogProb>? LogProbs) Take(bool last)
    {
        var held = _held.WrittenSpan;
        var stop = FindStop(held);
        Stopped |= stop >= 0;
        var count = stop >= 0 ? stop : held.Length - (last ? 0 : PossibleStop(held));
        var text = count == 0 ? default(ReadOnlyMemory<byte>) : held[..count].ToArray();
        _sent += count;
        Keep(held[count..]);
        return (text, TakeLogProbs(all: last && stop < 0));
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        Span<byte> copy = rest.Length <= 256 ? stackalloc byte[rest.Length] : new byte[rest.Length];
        rest.CopyTo(copy);
        _held.ResetWrittenCount();
        _held.Write(copy);
    }

    private List<TokenLogProb>? TakeLogProbs(bool all)
    {
        List<TokenLogProb>? taken = null;
        while (_logProbs.TryPeek(out var next) && (all || next.Start < _sent))
        {
            (taken ??= []).Add(_logProbs.Dequeue().LogProb);
        }

        return taken;
    }

    private int FindStop(ReadOnlySpan<byte> held)
    {
        var earliest = -1;
        foreach (var stop in _stops)
        {
            var at = held.IndexOf(stop);
            earliest = at >= 0 && (earliest < 0 || at < earliest) ? at : earliest;
        }

        return earliest;
    }

    /// <summary>The length of the longest end of the text that is the beginning of a stop text.</summary>
    private int PossibleStop(ReadOnlySpan<byte> held)
    {
        var longest = 0;
        foreach (var stop in _stops)
        {
            for (var length = Math.Min(stop.Length - 1, held.Length); length > longest; length--)
            {
                if (held.EndsWith(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
