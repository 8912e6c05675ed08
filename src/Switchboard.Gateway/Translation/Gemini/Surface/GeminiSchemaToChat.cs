using System.Globalization;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>A <c>Schema</c> of Google's, which is that of OpenAPI 3.0 with types in capitals, as JSON Schema. What is JSON Schema already stays as it is.</summary>
internal static class GeminiSchemaToChat
{
    /// <summary>Writes the schema.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            json.WriteRaw(schema);
            return;
        }

        var isNullable = schema.IsTrue("nullable"u8);
        json.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            WriteMember(json, member, isNullable);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, JsonProperty member, bool isNullable)
    {
        var (name, value) = (GeminiNames.Of(member.Name), member.Value);
        switch (name)
        {
            case "nullable" or "propertyOrdering" or "example":
                break;
            case "type" when value.ValueKind == JsonValueKind.String:
                WriteType(json, value.GetString()!.ToLowerInvariant(), isNullable);
                break;
            case "properties" or "defs" or "$defs" or "definitions" when value.ValueKind == JsonValueKind.Object:
                json.WriteStartObject(name);
                foreach (var property in value.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value);
                }

                json.WriteEndObject();
                break;
            case "items" or "additionalProperties" or "not":
                json.WritePropertyName(name);
                Write(json, value);
                break;
            case "anyOf" or "oneOf" or "allOf" or "prefixItems" when value.ValueKind == JsonValueKind.Array:
                json.WriteStartArray(name);
                foreach (var one in value.EnumerateArray())
                {
                    Write(json, one);
                }

                json.WriteEndArray();
                break;
            case "minItems" or "maxItems" or "minLength" or "maxLength" or "minProperties" or "maxProperties" when value.ValueKind == JsonValueKind.String:
                // Numbers of 64 bits are texts in the JSON of protocol buffers.
                if (long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    json.WriteNumber(name, number);
                }

                break;
            default:
                json.WritePropertyName(name);
                json.WriteRaw(value);
                break;
        }
    }

    private static void WriteType(Utf8JsonWriter json, string type, bool isNullable)
    {
        if (type == "type_unspecified")
        {
            return;
        }

        if (!isNullable)
        {
            json.WriteString("type"u8, type);
            return;
        }

        json.WriteStartArray("type"u8);
        json.WriteStringValue(type);
        json.WriteStringValue("null"u8);
        json.WriteEndArray();
    }
}
