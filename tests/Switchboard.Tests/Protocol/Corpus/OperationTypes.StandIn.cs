// STAND-IN: delete this file when OperationTypes.g.cs, written by the generator, is here. Every body is raw JSON to it.
using Switchboard.Protocol.Json;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Protocol.Corpus;

internal static partial class OperationTypes
{
    private static readonly WireType s_json = WireType.Of<RawJson>("RawJson");

    /// <summary>Every operation of the specification.</summary>
    public static IReadOnlyList<OperationType> All { get; } =
        [.. File.ReadLines(SharedFolder.Combine("openapi", "operations.tsv")).Skip(1)
            .Select(line => line.Split('\t'))
            .Select(row => new OperationType(row[4], row[2], row[3], s_json, row[4] is "deleteResponse" or "createSpeech" ? null : s_json, s_json))];
}

internal static partial class WebhookTypes
{
    /// <summary>The type of a webhook's payload, by the event's type.</summary>
    public static IReadOnlyDictionary<string, WireType> All { get; } =
        new Dictionary<string, WireType> { ["response.completed"] = WireType.Of<RawJson>("RawJson") };
}

internal static partial class SchemaTypes
{
    /// <summary>The types of schemas that no operation names and bodies need all the same, by the schema's name.</summary>
    public static IReadOnlyDictionary<string, WireType> All { get; } =
        new[] { "ErrorResponse", "AssistantStreamEvent", "RealtimeTranslationServerEvent" }.ToDictionary(name => name, _ => WireType.Of<RawJson>("RawJson"));
}
