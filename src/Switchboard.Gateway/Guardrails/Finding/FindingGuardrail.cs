using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>A guardrail that finds things in texts, and in those that are JSON themselves what escapes hide there, too.</summary>
internal sealed class FindingGuardrail(GuardrailSettings settings, TextFinder finder) : Guardrail(settings)
{
    /// <inheritdoc/>
    public override ValueTask<Refusal?> CheckAsync(IReadOnlyList<GuardedText> texts, GuardedCall call, GuardrailSide side, CancellationToken cancellationToken)
    {
        // Most texts have nothing in them.
        var found = texts.Where(text => text.Text.Contains('\\') || finder.TryFind(text.Text, 0, isEnd: true, out _, out _)).ToList();
        return found.Count == 0 ? default : base.CheckAsync(found, call, side, cancellationToken);
    }

    /// <inheritdoc/>
    public override Func<FoundText, ITextFilter> Begin(GuardedCall call, GuardrailSide side) => found =>
        new TwiceReadFilter(new Filter(this, finder, call, side, unescapes: false), new Filter(this, finder, call, side, unescapes: true), isJson: found.Role.Kind == TextKind.Arguments ? true : null);

    private string MaskOf(Finding found) => Settings.MaskWith ?? $"[{found.Kind}]";

    private sealed class Filter(FindingGuardrail guardrail, TextFinder finder, GuardedCall call, GuardrailSide side, bool unescapes) : ITextFilter
    {
        private readonly HeldText _held = new(unescapes);

        // What is before it was passed on.
        private int _from;

        public int? Oldest => _held.OwnerOf(_from);

        public ValueTask<Refusal?> TakeAsync(OwnedText input, TextEnd end, OwnedText output, CancellationToken cancellationToken)
        {
            _held.Take(input, end != TextEnd.None);
            int safe;
            while (finder.TryFind(_held.Chars, _from, end != TextEnd.None, out var found, out safe))
            {
                // What stands there without an escape was found as it stands.
                switch (unescapes && !_held.HasEscape(found.Start, found.Length) ? (GuardrailAction?)null : guardrail.Settings.Action)
                {
                    case GuardrailAction.Refuse:
                        return new(new Refusal(guardrail, $"holds {found.Kind}"));
                    case GuardrailAction.Mask:
                        _held.CopyTo(output, _from, found.Start - _from);
                        output.Append(guardrail.MaskOf(found), _held.OwnerOf(found.Start)!.Value);
                        call.NoteMasked(guardrail, side);
                        break;
                    case null:
                        _held.CopyTo(output, _from, found.Start + found.Length - _from);
                        break;
                    default:
                        _held.CopyTo(output, _from, found.Start + found.Length - _from);
                        call.NoteWarned(guardrail, side);
                        break;
                }

                _from = found.Start + found.Length;
            }

            _held.CopyTo(output, _from, safe - _from);
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
