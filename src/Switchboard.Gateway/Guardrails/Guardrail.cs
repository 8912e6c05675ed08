using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Guardrails;

/// <summary>One check of texts, made of its settings. It serves all calls at once.</summary>
internal abstract class Guardrail(GuardrailSettings settings)
{
    /// <summary>Its settings.</summary>
    public GuardrailSettings Settings => settings;

    /// <summary>Its name.</summary>
    public string Name => settings.Name;

    /// <summary>It only tells of what it finds.</summary>
    public bool OnlyWarns => settings.Action == GuardrailAction.Warn;

    /// <summary>Whether it holds for a call. One that names no model may be about any.</summary>
    public bool HoldsFor(GatewayCall call) =>
        (call.Facts.Model.Length == 0 || IsOne(settings.Models, call.Facts.Model, null))
        && IsOne(settings.Keys, call.Caller.KeyId, call.Caller.KeyName)
        && IsOne(settings.Projects, call.Caller.Project, null)
        && (settings.IsDefault || call.WantedGuardrails.Contains(Name));

    /// <summary>Whether it looks at texts of this kind on this side.</summary>
    public bool LooksAt(TextKind kind, GuardrailSide side) => settings.On.HasFlag(side) && kind switch
    {
        TextKind.Arguments => settings.Arguments,
        TextKind.Reasoning => settings.Reasoning,
        _ => true,
    };

    /// <summary>Checks whole texts. Those that it masks are changed.</summary>
    /// <returns>Why they are refused; null where they are not.</returns>
    public virtual async ValueTask<Refusal?> CheckAsync(IReadOnlyList<GuardedText> texts, GuardedCall call, GuardrailSide side, CancellationToken cancellationToken)
    {
        var create = Begin(call, side);
        foreach (var text in texts)
        {
            var (whole, checkedText) = (new OwnedText(), new OwnedText());
            whole.Append(text.Text, 0);
            if (await create(text.Found).TakeAsync(whole, TextEnd.Final, checkedText, cancellationToken) is { } refusal)
            {
                return refusal with { Text = text };
            }

            text.Change(checkedText.Chars);
        }

        return null;
    }

    /// <summary>Begins with the texts of one request or answer.</summary>
    /// <returns>Makes the filter of one text of it, which comes in pieces.</returns>
    public abstract Func<FoundText, ITextFilter> Begin(GuardedCall call, GuardrailSide side);

    private static bool IsOne(IReadOnlyList<string> patterns, string? name, string? otherName)
    {
        if (patterns.Count == 0)
        {
            return true;
        }

        foreach (var pattern in patterns)
        {
            if ((name is not null && NamePattern.Matches(pattern, name)) || (otherName is not null && NamePattern.Matches(pattern, otherName)))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Why texts are refused.</summary>
/// <param name="Guardrail">Which guardrail it is.</param>
/// <param name="Reason">What it found, in words that never repeat the text.</param>
internal sealed record Refusal(Guardrail Guardrail, string Reason)
{
    /// <summary>The text it is about, where it is about one.</summary>
    public GuardedText? Text { get; init; }

    /// <summary>What makes an error of it, where it is not the text that is at fault.</summary>
    public Func<Refusal, GatewayError>? Error { get; init; }
}

/// <summary>One text of a stream on its way through one guardrail: what it says is passed on as soon as it is decided.</summary>
internal interface ITextFilter
{
    /// <summary>Who has the first character that is held back; null for none.</summary>
    int? Oldest { get; }

    /// <summary>Takes what came, and passes on what is decided.</summary>
    /// <param name="input">What came; it is empty afterwards.</param>
    /// <param name="end">What follows.</param>
    /// <param name="output">Takes what is passed on.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>Why it is refused; null where it is not.</returns>
    ValueTask<Refusal?> TakeAsync(OwnedText input, TextEnd end, OwnedText output, CancellationToken cancellationToken);
}

/// <summary>What follows a piece of a text.</summary>
internal enum TextEnd
{
    /// <summary>More.</summary>
    None,

    /// <summary>Another text: this one may go on, but nothing of it is held back longer.</summary>
    Pause,

    /// <summary>Nothing.</summary>
    Final,
}
