using System.Text;
using System.Text.Json;
using Switchboard.Client;
using Switchboard.Testing.Json;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Protocol.Corpus;

namespace Switchboard.Tests.Client.Replay;

/// <summary>What differs between what the client gave and the recorded answer.</summary>
internal static class AnswerComparison
{
    public static IEnumerable<string> Differences(ReplayedCall call)
    {
        var recorded = call.Interaction.Exchange;
        return call switch
        {
            { Fault: ApiStatusException fault } when recorded.Status >= 400 => Error(recorded, fault),
            { Fault: { } fault } => [$"it threw {fault.GetType().Name}: {fault.Message}"],
            _ when recorded.Status >= 400 => ["it did not throw"],
            _ => Head(recorded, call.Outcome!.Result!.Status, call.Outcome.Result.Headers, call.Outcome.Result.RequestId).Concat(Body(call)),
        };
    }

    private static IEnumerable<string> Head(RecordedExchange recorded, int status, ApiHeaders headers, string? requestId)
    {
        var told = recorded.ToAnswer().Headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Where(header => headers[header.Key] != string.Join(", ", header.Select(value => value.Value)))
            .Select(header => $"header {header.Key}: recorded {string.Join(", ", header.Select(value => value.Value))}, told {headers[header.Key]}");
        return told.Concat(Same("status", recorded.Status, status)).Concat(Same("request id", Interaction.Header(recorded.ResponseHeaders, "x-request-id"), requestId));
    }

    private static IEnumerable<string> Error(RecordedExchange recorded, ApiStatusException fault)
    {
        var error = JsonElement.Parse(recorded.ResponseBody.Span).GetProperty("error");
        return Head(recorded, fault.Status, fault.Headers, fault.RequestId)
            .Concat(Same("class", ClassOf(recorded.Status), fault.GetType()))
            .Concat(Same("type", Text(error, "type"), fault.Type))
            .Concat(Same("code", Text(error, "code"), fault.Code))
            .Concat(Same("param", Text(error, "param"), fault.Param))
            .Concat(Same("message", Text(error, "message"), fault.Error.Message))
            .Concat(Same("body", recorded.ResponseText, Encoding.UTF8.GetString(fault.Body.Span)));
    }

    private static Type ClassOf(int status) => status switch
    {
        400 => typeof(ApiBadRequestException),
        401 => typeof(ApiAuthenticationException),
        404 => typeof(ApiNotFoundException),
        _ => typeof(ApiStatusException),
    };

    /// <summary>What differs between what the method gave and the recorded body.</summary>
    public static IEnumerable<string> Body(ReplayedCall call) => call switch
    {
        { Interaction.Exchange.IsStream: true } => Events(call),
        { Outcome.Content: { } content } => content.AsSpan().SequenceEqual(call.Interaction.Exchange.ResponseBody.Span) ? [] : ["other bytes"],

        // The specification names no body of the answer to a deletion, and the method gives none.
        { Outcome.ValueType: null } => Same("operation without an answer", "deleteResponse", call.Interaction.Route.Operation.Id),
        { Interaction.Kind: "texts" } => Value(call, JsonSerializer.SerializeToUtf8Bytes(new { text = call.Interaction.Exchange.ResponseText }), call.Outcome?.Values.Single()),
        _ => Value(call, call.Interaction.Exchange.ResponseBody.ToArray(), call.Outcome?.Values.Single()),
    };

    private static IEnumerable<string> Events(ReplayedCall call)
    {
        var recorded = ServerSentEvents.Read(call.Interaction.Exchange.ResponseText).Where(one => one.Data != "[DONE]").ToList();
        var given = call.Outcome!.Values;
        return recorded.Count != given.Count
            ? [$"{recorded.Count} events recorded, {given.Count} given"]
            : recorded.Zip(given).SelectMany(pair => Value(call, Json(pair.First), pair.Second));
    }

    /// <summary>The events of assistants are told with their names.</summary>
    private static byte[] Json((string? Name, string Data) recorded) => Encoding.UTF8.GetBytes(
        recorded.Name?.StartsWith("thread.", StringComparison.Ordinal) is true ? $$"""{"event":"{{recorded.Name}}","data":{{recorded.Data}}}""" : recorded.Data);

    private static IEnumerable<string> Value(ReplayedCall call, byte[] recorded, object? value)
    {
        var walk = new ObjectWalk();
        walk.Visit(value);
        return JsonDifference.Between(recorded, JsonSerializer.SerializeToUtf8Bytes(value, call.Outcome!.ValueType!)).Select(difference => $"answer {difference}")
            .Concat(walk.Unknown.Select(unknown => $"not typed: {unknown}"));
    }

    private static string? Text(JsonElement error, string name) => error.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<string> Same<T>(string what, T recorded, T given) =>
        EqualityComparer<T>.Default.Equals(recorded, given) ? [] : [$"{what}: recorded {recorded}, given {given}"];
}
