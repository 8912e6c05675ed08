using System.Text;
using Switchboard.Testing.Corpus;

namespace Switchboard.Tests.Protocol.Corpus;

/// <summary>Which wire type a recorded body is to be read into: by its operation and kind, never by what it holds.</summary>
internal static class BodyTypes
{
    private static readonly Dictionary<string, OperationType> s_operations = OperationTypes.All.ToDictionary(operation => operation.OperationId);

    /// <summary>The body's type, or null where the specification has none for it.</summary>
    public static WireType? Find(RealBody body) => body.Kind switch
    {
        BodyKind.Request => s_operations[body.OperationId].Request,
        BodyKind.Response => s_operations[body.OperationId].Response,
        BodyKind.StreamEvent => FindEvent(body),
        BodyKind.Error => SchemaTypes.All["ErrorResponse"],
        BodyKind.WebhookEvent => WebhookTypes.All.GetValueOrDefault(body.OperationId),
        _ => throw new ArgumentOutOfRangeException(nameof(body), body.Kind, null),
    };

    /// <summary>The JSON as its type has it: an event of the Assistants API holds the name that the wire has beside the data.</summary>
    public static ReadOnlyMemory<byte> JsonOf(RealBody body) =>
        IsAssistants(body) ? Encoding.UTF8.GetBytes($$"""{"event":"{{body.EventName}}","data":{{Encoding.UTF8.GetString(body.Json.Span)}}}""") : body.Json;

    // The specification tells of some streams in words only.
    private static WireType? FindEvent(RealBody body) => body switch
    {
        { OperationId: RealTraffic.TranslationEvents } => SchemaTypes.All["RealtimeTranslationServerEvent"],
        _ when IsAssistants(body) => SchemaTypes.All["AssistantStreamEvent"],
        _ => s_operations[body.OperationId] is var operation && operation.StreamEvent is { } type ? type : operation.OperationId switch
        {
            // The stream has the whole completion's shape in each event.
            "createCompletion" => operation.Response,
            "getResponse" => s_operations["createResponse"].StreamEvent,
            _ => null,
        },
    };

    private static bool IsAssistants(RealBody body) => body.Kind == BodyKind.StreamEvent && body.EventName?.StartsWith("thread.", StringComparison.Ordinal) == true;
}
