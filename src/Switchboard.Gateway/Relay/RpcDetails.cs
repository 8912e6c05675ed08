using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Translation;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Relay;

/// <summary>What a <c>google.rpc.Status</c> says beyond its words: the errors of Google's APIs are such, and tell there what their status does not.</summary>
/// <param name="Word">The kind of error, <c>RESOURCE_EXHAUSTED</c>; null where the error is no such.</param>
/// <param name="Reason">The reason of its <c>ErrorInfo</c>, <c>API_KEY_INVALID</c>; null for none.</param>
/// <param name="RetryAfter">When to come again, by its <c>RetryInfo</c>; null where it does not say.</param>
internal sealed record RpcDetails(string? Word, string? Reason, TimeSpan? RetryAfter)
{
    private static readonly SearchValues<char> s_word = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    private static readonly RpcDetails s_none = new(null, null, null);

    /// <summary>What an error says.</summary>
    public static RpcDetails Of(ApiError said)
    {
        // {"error":{"code":429,"message":"…","status":"RESOURCE_EXHAUSTED","details":[{"@type":"…google.rpc.RetryInfo","retryDelay":"34.4s"}]}}
        if (said.Type is not { } word || !int.TryParse(said.Code, NumberStyles.None, CultureInfo.InvariantCulture, out _) || word.AsSpan().ContainsAnyExcept(s_word))
        {
            return s_none;
        }

        return said.Extra.TryGetValue("details", out var details) ? Read(word, details) : new RpcDetails(word, null, null);
    }

    private static RpcDetails Read(string word, ReadOnlyMemory<byte> json)
    {
        string? reason = null;
        TimeSpan? retryAfter = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var detail in document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.EnumerateArray() : default)
            {
                reason ??= detail.Text("reason"u8);
                retryAfter ??= Seconds(detail.Text("retryDelay"u8));
            }
        }
        catch (JsonException)
        {
            // Cut off: what was found is told.
        }

        return new RpcDetails(word, reason, retryAfter);
    }

    // protobuf's Duration in JSON: "34.4s".
    private static TimeSpan? Seconds(string? duration) =>
        duration is ['0' or (>= '1' and <= '9'), .., 's'] && double.TryParse(duration.AsSpan(0, duration.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
