using System.Text.Json;
using Switchboard.Gateway.Accounting;

namespace Switchboard.Server.Endpoints.OpenAI.Usage;

/// <summary>A page of buckets as OpenAI's API tells it.</summary>
internal static class BucketJson
{
    /// <summary>Writes the page.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="kind">What is told.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="until">The end of the page's last bucket.</param>
    /// <param name="sums">What is in the buckets, in their order.</param>
    public static void Write(Utf8JsonWriter json, UsageKind kind, BucketRequest request, long until, IReadOnlyList<BucketSums> sums)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "page"u8);
        json.WriteStartArray("data"u8);
        var next = 0;
        for (var start = request.First; start < until; start += request.Seconds)
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "bucket"u8);
            json.WriteNumber("start_time"u8, start);
            json.WriteNumber("end_time"u8, start + request.Seconds);
            json.WriteStartArray("results"u8);
            for (; next < sums.Count && sums[next].Start.ToUnixTimeSeconds() == start; next++)
            {
                WriteResult(json, kind, request, sums[next].Sums);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more"u8, until < request.End);
        json.WriteString("next_page"u8, until < request.End ? BucketRequest.CursorOf(until) : null);
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, UsageKind kind, BucketRequest request, UsageSums sums)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, kind.Object);
        kind.Write(json, sums);
        if (!kind.IsCost)
        {
            json.WriteNumber("num_model_requests"u8, sums.Requests);
        }

        foreach (var (name, group) in kind.Groups)
        {
            WriteGroup(json, name, request.Groups.Contains(name) ? ValueOf(kind, name, group, sums) : null);
        }

        json.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter json, string name, string? value)
    {
        if (name == "batch" && value is not null)
        {
            json.WriteBoolean(name, false);
        }
        else
        {
            json.WriteString(name, value);
        }
    }

    private static string? ValueOf(UsageKind kind, string name, UsageGroup? group, UsageSums sums) =>
        name == "batch" ? "false"
        : group is not { } known || sums.Of[known] is not { Length: > 0 } value ? null
        : known == UsageGroup.Operation ? kind.Sources[value]
        : value;
}
