using System.Text;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>One text of a stream, on its way through all guardrails that look at it, one behind the other.</summary>
/// <param name="filters">The guardrails' filters, in their order; at least one.</param>
/// <param name="first">The number of its choice, item or block.</param>
/// <param name="keeps">What it said and says is kept, to be known when it comes once more.</param>
internal sealed class TextChannel(IReadOnlyList<ITextFilter> filters, int first, bool keeps)
{
    private readonly Queue<PendingPiece> _open = new();
    private readonly StringBuilder? _was = keeps ? new() : null;
    private readonly StringBuilder? _now = keeps ? new() : null;
    private OwnedText _input = new();
    private OwnedText _output = new();

    /// <summary>The number of its choice, item or block.</summary>
    public int First => first;

    /// <summary>The last event in which it went on.</summary>
    public long Event { get; set; }

    /// <summary>Some of it is undecided.</summary>
    public bool IsOpen => _open.Count > 0;

    /// <summary>What it said, all of it; null where that is not kept.</summary>
    public string? Was => _was?.ToString();

    /// <summary>What it says now.</summary>
    public string? Now => _now?.ToString();

    /// <summary>Takes its next piece.</summary>
    public ValueTask<Refusal?> TakeAsync(PendingPiece piece, CancellationToken cancellationToken)
    {
        _open.Enqueue(piece);
        _input.Append(piece.Was, piece.Id);
        return RunAsync(TextEnd.None, cancellationToken);
    }

    /// <summary>Decides all of it.</summary>
    public ValueTask<Refusal?> EndAsync(TextEnd end, CancellationToken cancellationToken) => RunAsync(end, cancellationToken);

    private async ValueTask<Refusal?> RunAsync(TextEnd end, CancellationToken cancellationToken)
    {
        foreach (var filter in filters)
        {
            if (await filter.TakeAsync(_input, end, _output, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            (_input, _output) = (_output, _input);
            _output.Clear();
        }

        HandOut();
        _input.Clear();
        return null;
    }

    // The characters that came through go back to their pieces; those before the oldest that is held are decided.
    private void HandOut()
    {
        var chars = _input.Chars;
        var owners = _input.Owners;
        while (!chars.IsEmpty)
        {
            var run = owners.IndexOfAnyExcept(owners[0]);
            run = run < 0 ? owners.Length : run;
            while (_open.Peek().Id != owners[0])
            {
                Decide(_open.Dequeue());
            }

            _open.Peek().Append(chars[..run]);
            chars = chars[run..];
            owners = owners[run..];
        }

        var oldest = Oldest();
        while (_open.TryPeek(out var piece) && piece.Id < oldest)
        {
            Decide(_open.Dequeue());
        }
    }

    private int Oldest()
    {
        var oldest = int.MaxValue;
        foreach (var filter in filters)
        {
            oldest = Math.Min(oldest, filter.Oldest ?? int.MaxValue);
        }

        return oldest;
    }

    private void Decide(PendingPiece piece)
    {
        piece.Decide();
        if (keeps)
        {
            _was!.Append(piece.Was);
            _now!.Append(piece.Now);
        }
    }
}
