using System.Diagnostics;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Telemetry;

/// <summary>The metrics of one call.</summary>
internal static class CallMetrics
{
    /// <summary>Records them.</summary>
    /// <param name="call">The call, which is over.</param>
    /// <param name="model">The label of its model.</param>
    /// <param name="provider">What the conventions call its provider.</param>
    /// <param name="end">How it ended.</param>
    public static void Record(GatewayCall call, string model, string provider, in CallEnd end)
    {
        TagList tags = [];
        tags.Add("gen_ai.operation.name", GenAITerms.OperationOf(call.Operation));
        tags.Add("gen_ai.provider.name", provider);
        tags.Add("gen_ai.request.model", model);
        if (end.Error is null && call.Facts.Stream && end.FirstToken is { } first)
        {
            RecordPace(call, first, end.Elapsed, tags);
        }

        if (end.Error is not null)
        {
            tags.Add("error.type", end.Error);
        }

        GenAIMetrics.ServerDuration.Record(end.Elapsed.TotalSeconds, tags);
        RecordOld(call, new("model", model), end.Elapsed);
    }

    private static void RecordPace(GatewayCall call, TimeSpan first, TimeSpan elapsed, in TagList tags)
    {
        GenAIMetrics.FirstToken.Record(first.TotalSeconds, tags);
        if (call.Usage is { Completion: > 1 and var tokens })
        {
            GenAIMetrics.PerOutputToken.Record((elapsed - first).TotalSeconds / (tokens - 1), tags);
        }
    }

    private static void RecordOld(GatewayCall call, KeyValuePair<string, object?> model, TimeSpan elapsed)
    {
        GenAIMetrics.RequestCount.Add(1, model);
        GenAIMetrics.RequestDuration.Record(elapsed.TotalSeconds);
        if (call.Usage is { } usage && usage.Prompt + usage.Completion > 0)
        {
            GenAIMetrics.TokenUsage.Record(usage.Prompt + usage.Completion);
        }
    }
}

/// <summary>How a call ended.</summary>
/// <param name="Elapsed">How long it took.</param>
/// <param name="FirstToken">When its answer began; null where it did not.</param>
/// <param name="Error">What the error is called; null for none.</param>
internal readonly record struct CallEnd(TimeSpan Elapsed, TimeSpan? FirstToken, string? Error);
