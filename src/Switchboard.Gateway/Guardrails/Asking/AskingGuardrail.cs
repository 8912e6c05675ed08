using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;

namespace Switchboard.Gateway.Guardrails.Asking;

/// <summary>
/// A guardrail that asks a model or a webhook: once for all texts of a request or a whole answer, and for a stream piece
/// by piece, each of which is held back until it is answered.
/// </summary>
internal sealed class AskingGuardrail(GuardrailSettings settings, IQuestion question, TimeProvider time) : Guardrail(settings)
{
    /// <inheritdoc/>
    public override async ValueTask<Refusal?> CheckAsync(IReadOnlyList<GuardedText> texts, GuardedCall call, GuardrailSide side, CancellationToken cancellationToken)
    {
        var unknown = texts.Where(text => text.Text.Length > 0 && !call.Asked.ContainsKey((this, side, text.Text))).DistinctBy(text => text.Text).ToList();
        if (unknown.Count > 0)
        {
            var (refusal, masked) = await AskAsync([.. unknown.Select(text => text.Text)], call, side, cancellationToken);
            if (refusal is not null)
            {
                return refusal.Index is { } index && index < unknown.Count ? refusal.Why with { Text = unknown[index] } : refusal.Why;
            }

            for (var i = 0; i < unknown.Count; i++)
            {
                call.Asked[(this, side, unknown[i].Text)] = masked?[i] ?? unknown[i].Text;
            }
        }

        foreach (var text in texts)
        {
            text.Change(call.Asked.GetValueOrDefault((this, side, text.Text), text.Text));
        }

        return null;
    }

    /// <inheritdoc/>
    public override Func<FoundText, ITextFilter> Begin(GuardedCall call, GuardrailSide side) => _ => new Filter(this, call, side);

    private async ValueTask<(Asked? Refusal, IReadOnlyList<string>? Masked)> AskAsync(IReadOnlyList<string> texts, GuardedCall call, GuardrailSide side, CancellationToken cancellationToken)
    {
        var verdict = await AskInTimeAsync(texts, call, side, cancellationToken);
        if (verdict.Failure is { } why)
        {
            call.NoteUnavailable(this, side, why);
            return Settings.WhenUnavailable == GuardrailFailure.Pass
                ? default
                : (new Asked(new Refusal(this, "could not be checked") { Error = GuardrailErrors.Unavailable }, null), null);
        }

        if (verdict.Reason is { } reason)
        {
            if (!OnlyWarns)
            {
                return (new Asked(new Refusal(this, reason), verdict.Index), null);
            }

            call.NoteWarned(this, side);
        }

        if (verdict.Masked is { } masked && !masked.SequenceEqual(texts))
        {
            call.NoteMasked(this, side);
            return (null, masked);
        }

        return default;
    }

    private async ValueTask<TextVerdict> AskInTimeAsync(IReadOnlyList<string> texts, GuardedCall call, GuardrailSide side, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Settings.Timeout, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await question.AskAsync(call, side, texts, attempt.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TextVerdict.Unavailable("no answer in time.");
        }
    }

    private sealed record Asked(Refusal Why, int? Index);

    private sealed class Filter(AskingGuardrail guardrail, GuardedCall call, GuardrailSide side) : ITextFilter
    {
        private readonly OwnedText _held = new();

        public int? Oldest => _held.Length > 0 ? _held.Owners[0] : null;

        public async ValueTask<Refusal?> TakeAsync(OwnedText input, TextEnd end, OwnedText output, CancellationToken cancellationToken)
        {
            _held.Take(input);
            if (_held.Length == 0 || (end == TextEnd.None && _held.Length < guardrail.Settings.Every))
            {
                return null;
            }

            var (refusal, masked) = await guardrail.AskAsync([_held.Chars.ToString()], call, side, cancellationToken);
            if (refusal is not null)
            {
                return refusal.Why;
            }

            if (masked is null)
            {
                output.Take(_held);
            }
            else
            {
                output.Append(masked[0], _held.Owners[0]);
                _held.Clear();
            }

            return null;
        }
    }
}
