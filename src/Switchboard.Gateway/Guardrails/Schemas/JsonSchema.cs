using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Guardrails.Schemas;

/// <summary>
/// A JSON schema, as far as structured outputs know it and a little more: types, enumerations, members, items, ranges,
/// lengths, patterns, references inside it and the combinations of schemas. What else it says is not checked.
/// </summary>
internal sealed class JsonSchema
{
    private const int MaxDepth = RequestReader.MaxDepth;
    private const string NoPattern = "A 'pattern' is a regular expression without lookarounds and backreferences.";

    private static readonly HashSet<string> s_known =
    [
        "type", "enum", "const", "properties", "patternProperties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "minProperties",
        "maxProperties", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "anyOf", "oneOf", "allOf",
        "not", "$ref", "$defs", "definitions", "$schema", "$id", "$comment", "title", "description", "default", "examples", "format", "deprecated", "readOnly",
        "writeOnly", "strict", "nullable",
    ];

    private readonly JsonElement _root;

    private JsonSchema(JsonElement root) => _root = root;

    /// <summary>Reads a schema.</summary>
    /// <param name="json">The schema.</param>
    /// <param name="isStrict">Refuses keywords that are not checked.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns>Null where something is.</returns>
    public static JsonSchema? TryParse(string json, bool isStrict, out string? fault)
    {
        try
        {
            using var document = JsonDocument.Parse(json, RequestReader.DocumentOptions);
            var root = document.RootElement.Clone();
            fault = root.ValueKind == JsonValueKind.Object ? FaultOf(root, root, isStrict, 0) : "A JSON object is expected.";
            return fault is null ? new JsonSchema(root) : null;
        }
        catch (JsonException exception)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"It is not JSON, at line {exception.LineNumber + 1}.");
            return null;
        }
    }

    /// <summary>Checks a text.</summary>
    /// <returns>What is wrong with it, without repeating any of it; null for nothing.</returns>
    public string? Check(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, RequestReader.DocumentOptions);
            return new SchemaWalk(_root).Check(document.RootElement, _root, "$", 0) is { } fault ? $"it is not of its JSON schema: {fault}" : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return "it is not JSON";
        }
        catch (InvalidOperationException)
        {
            // Half a character in it; or a schema of the request that asks for what is no type.
            return "it cannot be checked against its JSON schema";
        }
    }

    private static string? FaultOf(JsonElement schema, JsonElement root, bool isStrict, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False || !isStrict)
        {
            return null;
        }

        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return "A schema is an object, true or false, and no deeper than 128.";
        }

        foreach (var member in schema.EnumerateObject())
        {
            if ((s_known.Contains(member.Name) ? FaultOf(member, root, depth) : $"'{member.Name}' is not checked here.") is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? FaultOf(JsonProperty member, JsonElement root, int depth) => member.Name switch
    {
        "properties" or "$defs" or "definitions" => member.Value.ValueKind == JsonValueKind.Object
            ? member.Value.EnumerateObject().Select(one => FaultOf(one.Value, root, isStrict: true, depth + 1)).FirstOrDefault(fault => fault is not null)
            : $"'{member.Name}' is an object.",
        "patternProperties" => member.Value.ValueKind == JsonValueKind.Object
            ? member.Value.EnumerateObject().Select(one => SchemaWalk.PatternOf(one.Name) is null ? NoPattern : FaultOf(one.Value, root, isStrict: true, depth + 1)).FirstOrDefault(fault => fault is not null)
            : "'patternProperties' is an object.",
        "anyOf" or "oneOf" or "allOf" or "prefixItems" => member.Value.ValueKind == JsonValueKind.Array
            ? member.Value.EnumerateArray().Select(one => FaultOf(one, root, isStrict: true, depth + 1)).FirstOrDefault(fault => fault is not null)
            : $"'{member.Name}' is a list.",
        "items" or "additionalProperties" or "not" => FaultOf(member.Value, root, isStrict: true, depth + 1),
        "pattern" => member.Value.ValueKind == JsonValueKind.String && SchemaWalk.PatternOf(member.Value.GetString()!) is not null ? null : NoPattern,
        "$ref" => new SchemaWalk(root).Resolve(member.Value) is not null ? null : "A '$ref' points into the schema itself: #/$defs/name.",
        _ => null,
    };
}
