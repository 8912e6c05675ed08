using System.Text.Json;
using System.Text.Json.Nodes;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>The <c>type</c> of a schema, which is one name or several.</summary>
internal static class SchemaTypes
{
    /// <summary>An object and nothing else.</summary>
    public static bool IsObject(JsonObject schema) => NameOf(schema["type"]) == "object";

    /// <summary>Whether values of that type are allowed.</summary>
    public static bool Has(JsonObject schema, string type) => schema["type"] switch
    {
        JsonArray several => several.Any(one => NameOf(one) == type),
        var one => NameOf(one) == type,
    };

    /// <summary>The same types, null left out; null when none is said.</summary>
    public static JsonNode? WithoutNull(JsonNode? type)
    {
        if (type is not JsonArray several)
        {
            return NameOf(type) == "null" ? null : type;
        }

        var rest = several.Where(one => NameOf(one) != "null").ToArray();
        return rest.Length == 1 ? rest[0] : new JsonArray([.. rest.Select(one => one?.DeepClone())]);
    }

    /// <summary>Adds the type that a constant or an enumeration of strings leaves unsaid: strict schemas need it.</summary>
    public static void Infer(JsonObject schema)
    {
        if (schema.ContainsKey("type"))
        {
            return;
        }

        JsonNode?[] values = schema["enum"] is JsonArray several ? [.. several] : schema.TryGetPropertyValue("const", out var one) ? [one] : [];
        var types = values.Select(TypeOf).Distinct().ToArray();
        if (types.Length == 1)
        {
            schema["type"] = types[0];
        }
        else if (types.Length > 1)
        {
            schema["type"] = new JsonArray([.. types.Select(type => (JsonNode)type)]);
        }
    }

    /// <summary>Lets a strict schema also say null.</summary>
    public static void AllowNull(JsonObject schema)
    {
        if (schema["anyOf"] is JsonArray alternatives)
        {
            if (!alternatives.Any(one => one is JsonObject branch && Has(branch, "null")))
            {
                alternatives.Add((JsonNode)new JsonObject { ["type"] = "null" });
            }

            return;
        }

        if (schema.ContainsKey("$ref") || schema.ContainsKey("const"))
        {
            var own = schema.DeepClone();
            schema.Clear();
            schema["anyOf"] = new JsonArray(own, new JsonObject { ["type"] = "null" });
            return;
        }

        if (Has(schema, "null"))
        {
            return;
        }

        JsonNode?[] types = schema["type"] is JsonArray several ? [.. several.Select(one => one?.DeepClone())] : [schema["type"]?.DeepClone()];
        schema["type"] = new JsonArray([.. types, "null"]);
        (schema["enum"] as JsonArray)?.Add((JsonNode?)null);
    }

    private static string? NameOf(JsonNode? type) => type?.GetValueKind() == JsonValueKind.String ? (string?)type : null;

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        _ => "null",
    };
}
