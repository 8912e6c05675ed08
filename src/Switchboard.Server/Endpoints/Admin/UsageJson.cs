using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Accounting;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>The ledger as JSON. Costs are decimal dollars, exact to nine places.</summary>
internal static class UsageJson
{
    /// <summary>The word for how a request ended.</summary>
    public static string NameOf(LedgerOutcome outcome) => outcome switch
    {
        LedgerOutcome.Answered => "answered",
        LedgerOutcome.Failed => "failed",
        LedgerOutcome.Cancelled => "cancelled",
        _ => "broken",
    };

    /// <summary>Sums.</summary>
    public static void Write(Utf8JsonWriter json, UsageSums sums)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "usage"u8);
        if (sums.Day is { } day)
        {
            json.WriteString("day"u8, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        foreach (var (group, value) in sums.Of)
        {
            json.WriteString(UsageGroups.NameOf(group), value);
        }

        json.WriteNumber("requests"u8, sums.Requests);
        json.WriteNumber("failed"u8, sums.Failed);
        json.WriteNumber("cancelled"u8, sums.Cancelled);
        json.WriteNumber("from_cache"u8, sums.FromCache);
        json.WriteNumber("prompt_tokens"u8, sums.Prompt);
        json.WriteNumber("cached_tokens"u8, sums.Cached);
        json.WriteNumber("cache_written_tokens"u8, sums.CacheWritten);
        json.WriteNumber("completion_tokens"u8, sums.Completion);
        json.WriteNumber("reasoning_tokens"u8, sums.Reasoning);
        json.WriteNumber("images"u8, sums.Images);
        json.WriteNumber("seconds"u8, sums.Seconds);
        json.WriteNumber("characters"u8, sums.Characters);
        json.WriteNumber("searches"u8, sums.Searches);
        WriteCost(json, sums.Cost);
        json.WriteNumber("cost_unknown"u8, sums.Unpriced);
        json.WriteEndObject();
    }

    /// <summary>A row.</summary>
    public static void Write(Utf8JsonWriter json, LedgerRow row)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "usage.row"u8);
        json.WriteString("id"u8, row.Id.ToString("N"));
        json.WriteString("at"u8, row.At);
        json.WriteString("request_id"u8, row.RequestId);
        json.WriteString("key"u8, row.Key);
        json.WriteString("project"u8, row.Project);
        json.WriteString("team"u8, row.Team);
        json.WriteString("user"u8, row.User);
        json.WriteString("operation"u8, row.Operation);
        json.WriteString("model"u8, row.Model);
        json.WriteString("provider"u8, row.Provider);
        json.WriteString("deployment"u8, row.Deployment);
        WriteTokens(json, row);
        json.WriteBoolean("estimated"u8, row.IsEstimated);
        WriteCost(json, row.Cost);
        json.WriteBoolean("cached"u8, row.IsCached);
        json.WriteBoolean("stream"u8, row.IsStream);
        json.WriteNumber("attempts"u8, row.Attempts);
        json.WriteString("outcome"u8, NameOf(row.Outcome));
        json.WriteNumber("status"u8, row.Status);
        json.WriteString("error"u8, row.Error);
        json.WriteNumber("duration_ms"u8, (decimal)row.Duration.Ticks / TimeSpan.TicksPerMillisecond);
        if (row.FirstByte is { } first)
        {
            json.WriteNumber("first_byte_ms"u8, (decimal)first.Ticks / TimeSpan.TicksPerMillisecond);
        }
        else
        {
            json.WriteNull("first_byte_ms"u8);
        }

        json.WriteEndObject();
    }

    private static void WriteTokens(Utf8JsonWriter json, LedgerRow row)
    {
        json.WriteNumber("prompt_tokens"u8, row.Usage.Prompt);
        json.WriteNumber("cached_tokens"u8, row.Usage.Cached);
        json.WriteNumber("cache_written_tokens"u8, row.Usage.CacheWritten);
        json.WriteNumber("prompt_audio_tokens"u8, row.Usage.PromptAudio);
        json.WriteNumber("prompt_image_tokens"u8, row.Usage.PromptImage);
        json.WriteNumber("completion_tokens"u8, row.Usage.Completion);
        json.WriteNumber("reasoning_tokens"u8, row.Usage.Reasoning);
        json.WriteNumber("completion_audio_tokens"u8, row.Usage.CompletionAudio);
        json.WriteNumber("completion_image_tokens"u8, row.Usage.CompletionImage);
        json.WriteNumber("images"u8, row.Units.Images);
        json.WriteNumber("seconds"u8, row.Units.Seconds);
        json.WriteNumber("characters"u8, row.Units.Characters);
        json.WriteNumber("searches"u8, row.Units.Searches);
    }

    private static void WriteCost(Utf8JsonWriter json, long? cost)
    {
        json.WritePropertyName("cost"u8);
        if (cost is { } nano)
        {
            json.WriteRawValue(DollarText.Of(nano));
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
