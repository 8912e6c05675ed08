using System.Diagnostics;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Telemetry;

/// <summary>The span and the metrics of an attempt at a deployment.</summary>
internal static class AttemptTelemetry
{
    /// <summary>Begins its span; null where nobody reads it.</summary>
    public static Activity? Start(GatewayCall call, in AttemptTarget target)
    {
        var span = GatewayTelemetry.Source.StartActivity("attempt", ActivityKind.Client);
        if (span is { IsAllDataRequested: true })
        {
            span.DisplayName = GenAITerms.NameOf(call.Operation, target.Model);
            GenAISpan.TellRequest(span, call, call.Target?.Model ?? "", target.Model);
            span.AddTag("switchboard.provider", target.Name);
            span.AddTag("switchboard.deployment", target.Deployment);
        }

        return span;
    }

    /// <summary>Tells what became of it.</summary>
    /// <param name="span">Its span.</param>
    /// <param name="call">The call; what it says of the answer is of this attempt.</param>
    /// <param name="target">Where it went.</param>
    /// <param name="result">How long it took, and how it ended.</param>
    public static void End(Activity? span, GatewayCall call, in AttemptTarget target, in AttemptEnd result)
    {
        if (span is { IsAllDataRequested: true })
        {
            span.AddTag("switchboard.outcome", result.Outcome);
            GenAISpan.TellAnswer(span, call, (target.Provider, target.Model), result.FirstByte, result.Error);
        }

        if (GenAIMetrics.AreAttemptsRead)
        {
            Measure(call, target, result);
        }
    }

    private static void Measure(GatewayCall call, in AttemptTarget target, in AttemptEnd result)
    {
        TagList tags = [];
        tags.Add("gen_ai.operation.name", GenAITerms.OperationOf(call.Operation));
        tags.Add("gen_ai.provider.name", target.Provider);
        tags.Add("gen_ai.request.model", target.Model);
        tags.Add("switchboard.provider", target.Name);
        if (call.Usage is { } usage && GenAIMetrics.ClientTokens.Enabled)
        {
            Count(tags, "input", usage.Prompt);
            Count(tags, "output", usage.Completion);
        }

        if (result.Error is not null)
        {
            tags.Add("error.type", result.Error);
        }

        GenAIMetrics.ClientDuration.Record(result.Elapsed.TotalSeconds, tags);
    }

    private static void Count(TagList tags, string type, int tokens)
    {
        if (tokens > 0)
        {
            tags.Add("gen_ai.token.type", type);
            GenAIMetrics.ClientTokens.Record(tokens, tags);
        }
    }
}

/// <summary>Where an attempt goes; all are names of the configuration.</summary>
/// <param name="Name">The provider's name.</param>
/// <param name="Provider">What the conventions call it.</param>
/// <param name="Deployment">The deployment's name.</param>
/// <param name="Model">The label of the model.</param>
internal readonly record struct AttemptTarget(string Name, string Provider, string Deployment, string Model);

/// <summary>How an attempt ended.</summary>
/// <param name="Elapsed">How long it took.</param>
/// <param name="FirstByte">When its first byte came; null where none did.</param>
/// <param name="Outcome">A word for what became of it.</param>
/// <param name="Error">What the error is called; null for none.</param>
internal readonly record struct AttemptEnd(TimeSpan Elapsed, TimeSpan? FirstByte, string Outcome, string? Error);
