using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Asking;
using Switchboard.Gateway.Guardrails.Finding;
using Switchboard.Gateway.Guardrails.Output;
using Switchboard.Gateway.Guardrails.Schemas;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Guardrails;

/// <summary>
/// Checks what goes to models and what comes from them, in the order of the settings. A request is checked before it
/// goes on, and goes on as the guardrails left it; an answer before any of it reaches the caller.
/// </summary>
internal sealed class GuardrailStage : IGatewayStage
{
    private readonly Guardrail[] _guardrails;
    private readonly ILogger _logger;

    /// <summary>The stage of a configuration that has some.</summary>
    /// <param name="settings">The guardrails.</param>
    /// <param name="services">The clock and the logs.</param>
    /// <param name="ask">Answers the calls that guardrails make themselves.</param>
    public GuardrailStage(IReadOnlyList<GuardrailSettings> settings, ProviderServices services, GatewayStep ask)
    {
        _guardrails = [.. settings.Select(guardrail => Create(guardrail, services.TimeProvider, ask))];
        _logger = services.LoggerFactory.CreateLogger<GuardrailStage>();
    }

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        foreach (var name in call.WantedGuardrails)
        {
            if (!Array.Exists(_guardrails, guardrail => guardrail.Name == name))
            {
                return new(GatewayOutcome.Failed(GuardrailErrors.Unknown()));
            }
        }

        var holding = Array.FindAll(_guardrails, guardrail => guardrail.HoldsFor(call));
        return holding.Length == 0 ? next(call, cancellationToken) : GuardAsync(new GuardedCall(call, holding, _logger), next, cancellationToken);
    }

    private static async ValueTask<GatewayOutcome> GuardAsync(GuardedCall guarded, GatewayStep next, CancellationToken cancellationToken)
    {
        var call = guarded.Call;
        if (guarded.Looks(GuardrailSide.Input))
        {
            var check = new RequestCheck(guarded);
            call.Check = check;
            if (await check.CheckAsync(cancellationToken) is { } error)
            {
                return GatewayOutcome.Failed(error);
            }
        }

        return guarded.Looks(GuardrailSide.Output) && AnswerTexts.Has(call)
            ? await new GuardedSink(guarded).RunAsync(call, next, cancellationToken)
            : await next(call, cancellationToken);
    }

    private static Guardrail Create(GuardrailSettings settings, TimeProvider time, GatewayStep ask) => settings.Check switch
    {
        GuardrailCheck.Secrets => new FindingGuardrail(settings, Finding.Secrets.CreateFinder()),
        GuardrailCheck.PersonalData => new FindingGuardrail(settings, PersonalData.CreateFinder(settings.Kinds)),
        GuardrailCheck.Words => new FindingGuardrail(settings, new WordFinder(settings.Words, settings.WholeWords, settings.IgnoreCase)),
        GuardrailCheck.Regex => new FindingGuardrail(settings, new RegexFinder(GuardrailRules.Compile(settings), settings.Window)),
        GuardrailCheck.Length => new LengthGuardrail(settings),
        GuardrailCheck.Moderation => new AskingGuardrail(settings, new ModelQuestion(settings, ask), time),
        GuardrailCheck.Webhook => new AskingGuardrail(settings, new WebhookQuestion(settings, time), time),
        GuardrailCheck.JsonSchema => new SchemaGuardrail(settings),
        _ => throw new ArgumentOutOfRangeException(nameof(settings)),
    };
}
