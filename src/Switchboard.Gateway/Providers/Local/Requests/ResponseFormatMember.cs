using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary><c>response_format</c>: text. A promise of JSON that the engine cannot keep is refused rather than broken.</summary>
internal static class ResponseFormatMember
{
    private const string Name = "response_format";

    /// <summary>Reads the member.</summary>
    public static GatewayError? Read(ref Utf8JsonReader json)
    {
        var fault = ResponseFormatRule.Check(ref json, Name, isNested: true, out var format);
        return format is ResponseFormat.JsonObject or ResponseFormat.JsonSchema ? Unkept(format == ResponseFormat.JsonSchema ? "json_schema" : "json_object") : fault;
    }

    private static GatewayError Unkept(string type) =>
        GatewayError.InvalidRequest($"A local model cannot be held to '{type}'. Ask for JSON in a message, or use another provider's model.", Name, "unsupported_value");
}
