using System.Text.Json.Nodes;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>How large a strict schema may be: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas.</summary>
internal sealed class SchemaLimits
{
    /// <summary>Objects inside one another.</summary>
    public const int MaxDepth = 10;

    /// <summary>Properties of all objects together.</summary>
    public const int MaxProperties = 5_000;

    /// <summary>Values of all enumerations together.</summary>
    public const int MaxEnumValues = 1_000;

    /// <summary>Characters of all names of properties and definitions, values of enumerations and constants together.</summary>
    public const int MaxText = 120_000;

    private int _properties;
    private int _enumValues;
    private int _text;

    private SchemaLimits()
    {
    }

    /// <summary>Makes sure that the API takes a schema of this size.</summary>
    /// <exception cref="ArgumentException">It is larger than the API allows.</exception>
    public static void Check(JsonObject strict, string subject)
    {
        var size = new SchemaLimits();
        size.Count(strict);
        Check(size._properties, MaxProperties, "properties", subject);
        Check(size._enumValues, MaxEnumValues, "enum values", subject);
        Check(size._text, MaxText, "characters of names and enum values", subject);
    }

    private void Count(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject schema:
                CountNames(schema);
                foreach (var (_, member) in schema)
                {
                    Count(member);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Count(item);
                }

                break;
        }
    }

    private void CountNames(JsonObject schema)
    {
        if (schema["properties"] is JsonObject properties)
        {
            _properties += properties.Count;
            _text += properties.Sum(property => property.Key.Length);
        }

        if (schema["$defs"] is JsonObject definitions)
        {
            _text += definitions.Sum(definition => definition.Key.Length);
        }

        if (schema["enum"] is JsonArray values)
        {
            _enumValues += values.Count;
            _text += values.Sum(value => value?.ToString().Length ?? 0);
        }

        if (schema["const"] is JsonValue constant)
        {
            _text += constant.ToString().Length;
        }
    }

    private static void Check(int count, int limit, string what, string subject)
    {
        if (count > limit)
        {
            throw new ArgumentException($"No strict schema can be made of {subject}: it has {count} {what}, and the API takes at most {limit}.");
        }
    }
}
