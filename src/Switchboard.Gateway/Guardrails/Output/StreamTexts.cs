using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>The texts of a stream: each piece of an event goes to its text, and what comes as a whole is what it was in pieces.</summary>
internal sealed class StreamTexts(GuardedCall guarded, EventShape shape)
{
    private readonly List<FoundText> _found = [];
    private readonly Dictionary<(int, int, int), TextChannel?> _channels = [];
    private readonly List<TextChannel> _all = [];
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly List<(Guardrail Guardrail, Func<FoundText, ITextFilter> Create)> _begun =
        [.. guarded.Guardrails.Select(guardrail => (guardrail, guardrail.Begin(guarded, GuardrailSide.Output)))];

    private int _pieces;
    private long _event;

    /// <summary>Takes the texts of an event.</summary>
    /// <returns>Why they are refused; null where they are not.</returns>
    public async ValueTask<Refusal?> TakeAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        _event++;
        _found.Clear();
        var end = shape.Read(pending.Data, _found);
        return await TakePiecesAsync(pending, cancellationToken)
            ?? await TakeEndsAsync(end, cancellationToken)
            ?? await TakeWholesAsync(pending, cancellationToken);
    }

    /// <summary>Decides all texts.</summary>
    public async ValueTask<Refusal?> EndAsync(TextEnd end, CancellationToken cancellationToken)
    {
        foreach (var channel in _all)
        {
            if (await EndAsync(channel, end, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private async ValueTask<Refusal?> TakePiecesAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        foreach (var found in _found)
        {
            if (found.Role.Kind == TextKind.Echo)
            {
                pending.AddEcho(found);
            }

            if (found.Role is not { IsText: true, IsPiece: true } || ChannelOf(found) is not { } channel)
            {
                continue;
            }

            channel.Event = _event;
            var piece = pending.Add(found, ++_pieces);
            if ((piece.Was.IsEmpty ? null : await PauseOthersAsync(channel, cancellationToken)) is { } paused)
            {
                return paused;
            }

            if (await channel.TakeAsync(piece, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    // While one text of a choice goes on, the others hold nothing up.
    private async ValueTask<Refusal?> PauseOthersAsync(TextChannel channel, CancellationToken cancellationToken)
    {
        foreach (var other in _all)
        {
            if (other.IsOpen && other != channel && other.First == channel.First && other.Event != _event
                && await EndAsync(other, TextEnd.Pause, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private async ValueTask<Refusal?> TakeEndsAsync(EventEnd end, CancellationToken cancellationToken)
    {
        foreach (var found in _found)
        {
            var refusal = found.Role.Kind switch
            {
                TextKind.Fault => await EndAsync(TextEnd.Pause, cancellationToken),
                TextKind.End => await EndAsync(found.First, cancellationToken),
                _ => null,
            };
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return end.Scope switch
        {
            EndScope.All => await EndAsync(TextEnd.Final, cancellationToken),
            EndScope.Item => await EndAsync(end.Item, cancellationToken),
            _ => null,
        };
    }

    private async ValueTask<Refusal?> EndAsync(int first, CancellationToken cancellationToken)
    {
        foreach (var channel in _all)
        {
            if (channel.First == first && await EndAsync(channel, TextEnd.Final, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private async ValueTask<Refusal?> EndAsync(TextChannel channel, TextEnd end, CancellationToken cancellationToken)
    {
        var refusal = await channel.EndAsync(end, cancellationToken);
        if (refusal is null && channel is { Was: { } was, Now: { } now })
        {
            _known[was] = now;
        }

        return refusal;
    }

    private async ValueTask<Refusal?> TakeWholesAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        foreach (var found in _found)
        {
            if (found.Role is not { IsText: true, IsPiece: false } || found.Length == 0)
            {
                continue;
            }

            var piece = pending.Add(found, ++_pieces);
            var was = piece.Was.ToString();
            if (!_known.TryGetValue(was, out var now))
            {
                var text = new GuardedText(was, found);
                if (await guarded.CheckAsync([text], GuardrailSide.Output, cancellationToken) is { } refusal)
                {
                    return refusal;
                }

                _known[was] = now = text.Text;
            }

            piece.Decide(now);
        }

        return null;
    }

    // Null for a text that no guardrail looks at.
    private TextChannel? ChannelOf(FoundText found)
    {
        var key = (found.Channel, found.First, found.Second);
        if (!_channels.TryGetValue(key, out var channel))
        {
            var filters = new List<ITextFilter>();
            foreach (var (guardrail, create) in _begun)
            {
                if (guardrail.LooksAt(found.Role.Kind, GuardrailSide.Output))
                {
                    filters.Add(create(found));
                }
            }

            _channels[key] = channel = filters.Count == 0 ? null : new TextChannel(filters, found.First, shape.RepeatsTexts);
            if (channel is not null)
            {
                _all.Add(channel);
            }
        }

        return channel;
    }
}
