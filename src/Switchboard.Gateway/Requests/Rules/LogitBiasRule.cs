using System.Buffers.Text;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary><c>logit_bias</c>: token ids, each with a number.</summary>
internal static class LogitBiasRule
{
    private const string Name = "logit_bias";
    private const string Expected = "an object of token ids with numbers between -100 and 100";

    /// <summary>Checks the value at the reader.</summary>
    public static GatewayError? Check(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type(Name, Expected, json);
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!IsToken(ref json))
            {
                return RequestFaults.Value(Name, "an object of token ids", $"the name '{RequestFaults.Shorten(JsonText.Read(ref json) ?? "")}'");
            }

            json.Read();
            double? bias = null;
            if ((json.TokenType == JsonTokenType.Null ? RequestFaults.Type(Name, Expected, json) : NumberRules.LogitBias.Read(ref json, ref bias)) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    // An id that is written with escapes is one too; nobody does.
    private static bool IsToken(ref Utf8JsonReader json) => json.ValueIsEscaped
        ? int.TryParse(JsonText.Read(ref json), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _)
        : Utf8Parser.TryParse(json.ValueSpan, out int token, out var length) && length == json.ValueSpan.Length && token >= 0 && json.ValueSpan[0] is >= (byte)'0' and <= (byte)'9';
}
