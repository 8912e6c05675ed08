using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>
/// What a client saw: an <c>answer</c>, <c>chunks</c>, an <c>error</c>, and whatever else it shows. The id of the request stands
/// beside it, for it is never the same twice.
/// </summary>
internal sealed class Seen
{
    public Seen(JsonObject members)
    {
        ProvidersRequestId = Take(members, "providersRequestId");
        RequestId = Take(members, "requestId") ?? Take(members["error"] as JsonObject, "requestId");
        Members = members;
    }

    public JsonObject Members { get; }

    public string? RequestId { get; }

    /// <summary>The provider's own, where the client shows that too.</summary>
    public string? ProvidersRequestId { get; }

    public bool HasAnswer => Members["answer"] is not null || Chunks.Count > 0 || Output.Length > 0;

    public JsonObject? Error => Members["error"] as JsonObject;

    /// <summary>What a program printed.</summary>
    public string Output => Members["output"]?.GetValue<string>() ?? "";

    public IReadOnlyList<string> Chunks => [.. (Members["chunks"]?.AsArray() ?? []).Select(chunk => chunk!.ToJsonString())];

    /// <summary>Of an answer as it lies on the wire: the text of its body, or of each event of its stream.</summary>
    public static Seen OfWire(int status, IReadOnlyDictionary<string, string> headers, string body, JsonObject? fault)
    {
        var members = new JsonObject
        {
            ["status"] = status,
            ["headers"] = Kept(headers),
            ["requestId"] = headers.GetValueOrDefault("x-request-id"),
            ["providersRequestId"] = headers.GetValueOrDefault("x-switchboard-upstream-request-id"),
        };
        if (fault is not null)
        {
            members["error"] = fault;
        }

        if (status >= 400)
        {
            members["error"] = JsonNode.Parse(body)!["error"]!.DeepClone();
            members["error"]!["status"] = status;
        }
        else if (headers.GetValueOrDefault("content-type", "").StartsWith("text/event-stream", StringComparison.Ordinal))
        {
            var events = ServerSentEvents.Split(body).ToList();
            if (ErrorOf(events.LastOrDefault()) is { } error)
            {
                members["error"] = error;
                events.RemoveAt(events.Count - 1);
            }

            members["chunks"] = new JsonArray([.. events.Select(one => JsonValue.Create(one))]);
        }
        else
        {
            members["answer"] = body;
        }

        return new Seen(members);
    }

    /// <inheritdoc/>
    public override string ToString() => Members.ToJsonString();

    // The error event as the gateway and its like write it: no name, or that of an error.
    private static JsonObject? ErrorOf(string? last)
    {
        const string Name = "event: error\n";
        var data = last?.StartsWith(Name, StringComparison.Ordinal) is true ? last[Name.Length..] : last;
        if (data?.StartsWith("data: {", StringComparison.Ordinal) is not true)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(data["data: ".Length..])!["error"]?.DeepClone() as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Kept(IReadOnlyDictionary<string, string> headers) => new(headers
        .Where(header => header.Key is "openai-version" or "openai-processing-ms" or "retry-after" or "retry-after-ms" || header.Key.StartsWith("x-ratelimit-", StringComparison.Ordinal))
        .OrderBy(header => header.Key, StringComparer.Ordinal)
        .Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))
        .Prepend(KeyValuePair.Create("content-type", (JsonNode?)headers.GetValueOrDefault("content-type", "").Split(';')[0])));

    private static string? Take(JsonObject? members, string name) =>
        members is not null && members.Remove(name, out var value) ? value?.GetValue<string>() : null;
}
