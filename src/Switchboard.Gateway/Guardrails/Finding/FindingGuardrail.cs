using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>A guardrail that finds things in texts.</summary>
internal sealed class FindingGuardrail(GuardrailSettings settings, TextFinder finder) : Guardrail(settings)
{
    /// <inheritdoc/>
    public override ValueTask<Refusal?> CheckAsync(IReadOnlyList<GuardedText> texts, GuardedCall call, GuardrailSide side, CancellationToken cancellationToken)
    {
        // Most texts have nothing in them.
        var found = texts.Where(text => finder.TryFind(text.Text, 0, isEnd: true, out _, out _)).ToList();
        return found.Count == 0 ? default : base.CheckAsync(found, call, side, cancellationToken);
    }

    /// <inheritdoc/>
    public override Func<FoundText, ITextFilter> Begin(GuardedCall call, GuardrailSide side) => _ => new Filter(this, finder, call, side);

    private string MaskOf(Finding found) => Settings.MaskWith ?? $"[{found.Kind}]";

    private sealed class Filter(FindingGuardrail guardrail, TextFinder finder, GuardedCall call, GuardrailSide side) : ITextFilter
    {
        private readonly OwnedText _held = new();

        // What is before it was passed on.
        private int _from;

        public int? Oldest => _from < _held.Length ? _held.Owners[_from] : null;

        public ValueTask<Refusal?> TakeAsync(OwnedText input, TextEnd end, OwnedText output, CancellationToken cancellationToken)
        {
            _held.Take(input);
            int safe;
            while (finder.TryFind(_held.Chars, _from, end != TextEnd.None, out var found, out safe))
            {
                switch (guardrail.Settings.Action)
                {
                    case GuardrailAction.Refuse:
                        return new(new Refusal(guardrail, $"holds {found.Kind}"));
                    case GuardrailAction.Mask:
                        output.Append(_held, _from, found.Start - _from);
                        output.Append(guardrail.MaskOf(found), _held.Owners[found.Start]);
                        call.NoteMasked(guardrail, side);
                        break;
                    default:
                        output.Append(_held, _from, found.Start + found.Length - _from);
                        call.NoteWarned(guardrail, side);
                        break;
                }

                _from = found.Start + found.Length;
            }

            output.Append(_held, _from, safe - _from);
            _from = safe;
            Forget();
            return default;
        }

        private void Forget()
        {
            var past = _from - TextFinder.Context;
            if (past > 0)
            {
                _held.RemoveFirst(past);
                _from -= past;
            }
        }
    }
}
