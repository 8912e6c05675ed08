using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;

namespace Switchboard.Gateway.Guardrails;

/// <summary>A guardrail that takes so much text and no more.</summary>
internal sealed class LengthGuardrail(GuardrailSettings settings) : Guardrail(settings)
{
    /// <inheritdoc/>
    public override Func<FoundText, ITextFilter> Begin(GuardedCall call, GuardrailSide side)
    {
        var total = new Total(this, call, side);
        return _ => new Filter(total);
    }

    private sealed class Total(LengthGuardrail guardrail, GuardedCall call, GuardrailSide side)
    {
        private readonly int _most = guardrail.Settings.MaxCharacters!.Value;
        private long _count;

        public Refusal? Add(int characters)
        {
            var was = _count;
            _count += characters;
            if (was > _most || _count <= _most)
            {
                return null;
            }

            if (!guardrail.OnlyWarns)
            {
                return new Refusal(guardrail, $"takes the text beyond {_most} characters");
            }

            call.NoteWarned(guardrail, side);
            return null;
        }
    }

    private sealed class Filter(Total total) : ITextFilter
    {
        public int? Oldest => null;

        public ValueTask<Refusal?> TakeAsync(OwnedText input, TextEnd end, OwnedText output, CancellationToken cancellationToken)
        {
            var refusal = total.Add(input.Length);
            output.Take(input);
            return new(refusal);
        }
    }
}
