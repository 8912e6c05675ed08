using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary>How the answer is to be written.</summary>
internal enum ResponseFormat
{
    /// <summary>The request does not say.</summary>
    Unsaid,

    /// <summary>As text.</summary>
    Text,

    /// <summary>As any JSON object.</summary>
    JsonObject,

    /// <summary>As JSON of a schema.</summary>
    JsonSchema,

    /// <summary>In a way that the gateway does not know.</summary>
    Other,
}

/// <summary>
/// <c>response_format</c> of chat and <c>text.format</c> of responses. Chat nests a schema in <c>json_schema</c>,
/// responses have it in the format itself.
/// </summary>
internal static class ResponseFormatRule
{
    private const string TypeExpected = "'text', 'json_object' or 'json_schema'";

    /// <summary>Checks the value at the reader.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="path">What the value is called.</param>
    /// <param name="isNested">A schema is nested, as in chat.</param>
    /// <param name="format">What is asked for.</param>
    public static GatewayError? Check(ref Utf8JsonReader json, string path, bool isNested, out ResponseFormat format)
    {
        format = ResponseFormat.Unsaid;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type(path, "an object", json);
        }

        var schema = json;
        var isFound = !isNested;
        GatewayError? fault = null;
        while (fault is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = json.ValueTextEquals("type"u8);
            var isSchema = isNested && json.ValueTextEquals("json_schema"u8);
            json.Read();
            fault = isType ? ReadType(ref json, path, out format) : null;
            if (isSchema && json.TokenType != JsonTokenType.Null)
            {
                isFound = true;
                schema = json;
            }

            json.Skip();
        }

        return fault ?? format switch
        {
            ResponseFormat.Unsaid => RequestFaults.Missing($"{path}.type", TypeExpected),
            ResponseFormat.JsonSchema when !isFound => RequestFaults.Missing($"{path}.json_schema", "an object with a name and a schema"),
            ResponseFormat.JsonSchema => CheckSchema(ref schema, path, isNested ? ".json_schema" : ""),
            _ => null,
        };
    }

    private static GatewayError? ReadType(ref Utf8JsonReader json, string path, out ResponseFormat format)
    {
        format = ResponseFormat.Other;
        if (json.TokenType != JsonTokenType.String)
        {
            return RequestFaults.Type($"{path}.type", TypeExpected, json);
        }

        format = json.ValueTextEquals("text"u8) ? ResponseFormat.Text
            : json.ValueTextEquals("json_object"u8) ? ResponseFormat.JsonObject
            : json.ValueTextEquals("json_schema"u8) ? ResponseFormat.JsonSchema
            : ResponseFormat.Other;
        return format == ResponseFormat.Other
            ? RequestFaults.Value($"{path}.type", TypeExpected, $"'{RequestFaults.Shorten(JsonText.Read(ref json) ?? "")}'")
            : null;
    }

    private static GatewayError? CheckSchema(ref Utf8JsonReader json, string path, string place)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type(path + place, "an object", json);
        }

        var hasName = false;
        var hasSchema = false;
        GatewayError? fault = null;
        while (fault is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("name"u8))
            {
                json.Read();
                hasName = json.TokenType == JsonTokenType.String && !json.ValueSpan.IsEmpty;
                fault = hasName ? null : Wrong(ref json, $"{path}{place}.name", "a non-empty string");
            }
            else if (json.ValueTextEquals("schema"u8))
            {
                json.Read();
                hasSchema = json.TokenType == JsonTokenType.StartObject;
                fault = hasSchema ? null : Wrong(ref json, $"{path}{place}.schema", "an object");
            }

            json.Skip();
        }

        return fault
            ?? (hasName ? null : RequestFaults.Missing($"{path}{place}.name", "a non-empty string"))
            ?? (hasSchema ? null : RequestFaults.Missing($"{path}{place}.schema", "an object"));
    }

    private static GatewayError Wrong(ref Utf8JsonReader json, string path, string expected) =>
        json.TokenType == JsonTokenType.String && json.ValueSpan.IsEmpty
            ? RequestFaults.Value(path, expected, "an empty string")
            : RequestFaults.Type(path, expected, json);
}
