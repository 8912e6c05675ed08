using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Guardrails;

/// <summary>A call and the guardrails that hold for it, in their order.</summary>
internal sealed partial class GuardedCall(GatewayCall call, IReadOnlyList<Guardrail> guardrails, ILogger logger)
{
    /// <summary>The call.</summary>
    public GatewayCall Call => call;

    /// <summary>What a guardrail that asks made of texts so far, so that it is not asked twice: a request may lie here in two dialects.</summary>
    // Attempts beside each other may be checked at the same time.
    public ConcurrentDictionary<(Guardrail, GuardrailSide, string), string> Asked { get; } = new();

    /// <summary>The guardrails that hold for it.</summary>
    public IReadOnlyList<Guardrail> Guardrails => guardrails;

    /// <summary>Whether any of them looks this way.</summary>
    public bool Looks(GuardrailSide side)
    {
        foreach (var guardrail in guardrails)
        {
            if (guardrail.Settings.On.HasFlag(side))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Checks whole texts, guardrail by guardrail.</summary>
    /// <returns>Why they are refused; null where they are not.</returns>
    public async ValueTask<Refusal?> CheckAsync(IReadOnlyList<GuardedText> texts, GuardrailSide side, CancellationToken cancellationToken)
    {
        foreach (var guardrail in guardrails)
        {
            var looked = texts.Where(text => guardrail.LooksAt(text.Found.Role.Kind, side)).ToList();
            if (looked.Count > 0 && await guardrail.CheckAsync(looked, this, side, cancellationToken) is { } refusal)
            {
                Note(guardrail, side, "refused");
                return refusal;
            }
        }

        return null;
    }

    /// <summary>Notes that a guardrail put something in the place of a text.</summary>
    public void NoteMasked(Guardrail guardrail, GuardrailSide side) => Tell(guardrail, side, "masked");

    /// <summary>Notes that a guardrail found something that passes.</summary>
    public void NoteWarned(Guardrail guardrail, GuardrailSide side) => Tell(guardrail, side, "warned");

    /// <summary>Notes that texts could not be checked.</summary>
    /// <param name="guardrail">The guardrail.</param>
    /// <param name="side">Which way it looked.</param>
    /// <param name="why">Why, without any of the text.</param>
    public void NoteUnavailable(Guardrail guardrail, GuardrailSide side, string why)
    {
        GuardrailMetrics.Count(guardrail.Name, side, "unavailable");
        Log.Unavailable(logger, guardrail.Name, call.RequestId, why);
    }

    /// <summary>Notes that a guardrail ends the call.</summary>
    public void NoteRefused(Guardrail guardrail, GuardrailSide side) => Note(guardrail, side, "refused");

    private void Tell(Guardrail guardrail, GuardrailSide side, string action)
    {
        call.NoteGuardrail(guardrail.Name);
        Note(guardrail, side, action);
    }

    private void Note(Guardrail guardrail, GuardrailSide side, string action)
    {
        GuardrailMetrics.Count(guardrail.Name, side, action);
        Log.Acted(logger, guardrail.Name, action, side, call.RequestId);
    }

    private static partial class Log
    {
        [LoggerMessage(1800, LogLevel.Information, "Guardrail {Guardrail} {Action} something of the {Side} of call {RequestId}.")]
        public static partial void Acted(ILogger logger, string guardrail, string action, GuardrailSide side, string requestId);

        [LoggerMessage(1801, LogLevel.Warning, "Guardrail {Guardrail} could not check call {RequestId}: {Why}")]
        public static partial void Unavailable(ILogger logger, string guardrail, string requestId, string why);
    }
}
