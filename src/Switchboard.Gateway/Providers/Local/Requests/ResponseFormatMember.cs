using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary><c>response_format</c>: text. A promise of JSON that the engine cannot keep is refused rather than broken.</summary>
internal static class ResponseFormatMember
{
    /// <summary>Reads the member.</summary>
    public static GatewayError? Read(ref Utf8JsonReader json)
    {
        const string Name = "response_format";
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type(Name, "an object", json);
        }

        string? type = null;
        GatewayError? error = null;
        while (error is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = json.ValueTextEquals("type"u8);
            json.Read();
            error = isType ? Member.ReadText(ref json, $"{Name}.type", ref type) : null;
            json.Skip();
        }

        return error ?? type switch
        {
            "text" => null,
            null => RequestFaults.Missing($"{Name}.type", "'text'"),
            "json_object" or "json_schema" => GatewayError.InvalidRequest($"A local model cannot be held to '{type}'. Ask for JSON in a message, or use another provider's model.", Name, "unsupported_value"),
            _ => RequestFaults.Value($"{Name}.type", "'text', 'json_object' or 'json_schema'", $"'{RequestFaults.Shorten(type)}'"),
        };
    }
}
