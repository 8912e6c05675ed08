using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>The schema of a .NET type as its serialiser sees it.</summary>
internal static class TypeSchema
{
    /// <summary>How schemas are made, of types and of the parameters of functions.</summary>
    public static AIJsonSchemaCreateOptions Options { get; } = new() { IncludeSchemaKeyword = false, TransformSchemaNode = NameEnumValues };

    /// <summary>The schema of a type, not yet strict.</summary>
    public static JsonNode? Of(JsonTypeInfo type) =>
        JsonNode.Parse(AIJsonUtilities.CreateJsonSchema(type.Type, serializerOptions: type.Options, inferenceOptions: Options).GetRawText());

    // An enum that is serialised as a number is a bare integer to the exporter; the model is told what the numbers mean.
    private static JsonNode NameEnumValues(AIJsonSchemaCreateContext context, JsonNode node)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (!type.IsEnum || type.IsDefined(typeof(FlagsAttribute), false) || node is not JsonObject schema
            || schema.ContainsKey("enum") || !SchemaTypes.Has(schema, "integer"))
        {
            return node;
        }

        var names = Enum.GetNames(type);
        var values = new JsonNode?[names.Length];
        var meanings = new string[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var number = Enum.Format(type, Enum.Parse(type, names[i]), "d");
            values[i] = JsonNode.Parse(number);
            meanings[i] = $"{number} = {names[i]}";
        }

        schema["enum"] = new JsonArray(SchemaTypes.Has(schema, "null") ? [.. values, null] : values);
        var meaning = string.Join(", ", meanings) + ".";
        schema["description"] = (string?)schema["description"] is { Length: > 0 } text ? $"{text} {meaning}" : meaning;
        return schema;
    }
}
