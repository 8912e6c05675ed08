using System.Text;
using System.Text.Json;
using Switchboard.Client;
using Switchboard.Testing.Recordings;
using Switchboard.Tests.Client.Replay;

namespace Switchboard.Tests.Server.Replay;

/// <summary>What differs between an interaction through the gateway and the recorded one: in bytes, both ways.</summary>
internal static class GatewayComparison
{
    public static async Task<IReadOnlyList<string>> DifferencesAsync(ReplayedCall call, TappedHandler caller, string key) =>
        [.. await RequestComparison.DifferencesAsync(call, key), .. Sent(call, caller), .. Head(call, caller), .. Answer(call, caller)];

    /// <summary>A key that the provider refuses is the gateway's to mend: its own words.</summary>
    public static bool IsKeyRefused(Interaction interaction) => interaction.Exchange.Status == 401;

    private static IEnumerable<string> Sent(ReplayedCall call, TappedHandler caller) =>
        call.Sent.Body.Span.SequenceEqual(caller.Sent) ? [] : [$"the provider got {call.Sent.Body.Length} bytes other than the {caller.Sent.Length} that the caller sent"];

    private static IEnumerable<string> Head(ReplayedCall call, TappedHandler caller)
    {
        var recorded = call.Interaction.Exchange;
        var told = recorded.ToAnswer().Headers.Select(header => (Name: NameForCaller(header.Key, recorded), header.Value)).Where(header => header.Name is not null)
            .Where(header => caller.Header(header.Name!) != header.Value)
            .Select(header => $"header {header.Name}: recorded {header.Value}, told {caller.Header(header.Name!) ?? "none"}");
        return recorded.Status == (int)caller.Status ? told : told.Append($"status: recorded {recorded.Status}, told {(int)caller.Status}");
    }

    // The account's, the network's and the server's own headers end here.
    private static string? NameForCaller(string name, RecordedExchange recorded) => name.ToLowerInvariant() switch
    {
        "x-request-id" => "x-switchboard-upstream-request-id",
        "content-type" => recorded.Status >= 400 || recorded.IsStream ? null : name,
        "openai-processing-ms" or "openai-version" => name,
        var lower => lower.StartsWith("x-ratelimit-", StringComparison.Ordinal) ? name : null,
    };

    private static IEnumerable<string> Answer(ReplayedCall call, TappedHandler caller)
    {
        var recorded = call.Interaction.Exchange;
        return (recorded.Status, call.Fault) switch
        {
            (401, ApiAuthenticationException fault) => Same("code", Member(recorded, "code"), fault.Code),
            ( >= 400, ApiStatusException fault) => Error(recorded, fault),
            (_, { } fault) => [$"it threw {fault.GetType().Name}: {fault.Message}"],
            _ => Bytes(recorded, caller).Concat(AnswerComparison.Body(call)),
        };
    }

    private static IEnumerable<string> Error(RecordedExchange recorded, ApiStatusException fault) =>
        Same("type", Member(recorded, "type"), fault.Type)
            .Concat(Same("code", Member(recorded, "code"), fault.Code))
            .Concat(Same("param", Member(recorded, "param"), fault.Param))
            .Concat(Same("message", Member(recorded, "message"), fault.Error.Message));

    private static IEnumerable<string> Bytes(RecordedExchange recorded, TappedHandler caller)
    {
        var before = recorded.ResponseBody.Span;
        var after = caller.Came.AsSpan();
        var same = before.CommonPrefixLength(after);
        return same == before.Length && same == after.Length ? []
            : [$"the answer differs from byte {same} of {before.Length} on: recorded '{Excerpt(before[same..])}', told '{Excerpt(after[same..])}'"];
    }

    private static string Excerpt(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(80, bytes.Length)]);

    private static string? Member(RecordedExchange recorded, string name) =>
        JsonElement.Parse(recorded.ResponseBody.Span).GetProperty("error").TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<string> Same(string what, string? recorded, string? told) => recorded == told ? [] : [$"{what}: recorded {recorded}, told {told}"];
}
