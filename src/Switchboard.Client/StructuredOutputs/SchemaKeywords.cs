using System.Text.Json.Nodes;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>What becomes of each keyword of a schema when it is made strict.</summary>
internal static class SchemaKeywords
{
    private static readonly HashSet<string> s_formats =
        ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

    /// <summary>What to do with a keyword.</summary>
    public enum Use
    {
        /// <summary>It says nothing about values, or is made anew.</summary>
        Drop,

        /// <summary>The API knows it.</summary>
        Keep,

        /// <summary>The API does not know it, the model can still read it in the description.</summary>
        Note,

        /// <summary>Without it the schema would say something else.</summary>
        Refuse,
    }

    /// <summary>What to do with a keyword of a schema.</summary>
    public static Use Of(string keyword, JsonNode? value) => keyword switch
    {
        "type" or "description" or "enum" or "const"
            or "multipleOf" or "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum"
            or "minItems" or "maxItems" => Use.Keep,
        "format" => s_formats.Contains(value?.ToString() ?? "") ? Use.Keep : Use.Note,
        // Look-around is the part of regular expressions that the API refuses.
        "pattern" => value?.ToString() is { } pattern && !pattern.Contains("(?=", StringComparison.Ordinal)
            && !pattern.Contains("(?!", StringComparison.Ordinal) && !pattern.Contains("(?<", StringComparison.Ordinal) ? Use.Keep : Use.Note,
        "default" or "minLength" or "maxLength" or "uniqueItems" or "contentEncoding" or "contentMediaType" or "minProperties"
            or "maxProperties" or "contains" or "minContains" or "maxContains" or "not" or "examples" => Use.Note,
        "allOf" or "if" or "then" or "else" or "prefixItems" or "patternProperties" or "propertyNames" or "dependentRequired"
            or "dependentSchemas" or "unevaluatedItems" or "$dynamicRef" => Use.Refuse,
        _ => Use.Drop,
    };
}
