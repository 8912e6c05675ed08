using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary>Members that are texts with a limit of their own.</summary>
internal static class TextRules
{
    private const int LongestSuffix = 10_000;
    private const int LeastEmbeds = 100;
    private const int MostEmbeds = 10 * 1024 * 1024;

    /// <summary><c>suffix</c>.</summary>
    public static GatewayError? CheckSuffix(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type("suffix", "a string", json);
        }

        if (json.ValueSpan.Length <= LongestSuffix)
        {
            return null;
        }

        var length = json.ValueIsEscaped ? JsonText.Read(ref json)?.Length ?? 0 : Encoding.UTF8.GetCharCount(json.ValueSpan);
        return length <= LongestSuffix ? null : RequestFaults.Value("suffix", $"at most {LongestSuffix} characters long", $"a string of {length}");
    }

    /// <summary><c>prompt_embeds</c>: numbers of a tensor, in base64.</summary>
    public static GatewayError? CheckEmbeds(ref Utf8JsonReader json)
    {
        const string Name = "prompt_embeds";
        if (json.TokenType != JsonTokenType.String)
        {
            return json.TokenType is JsonTokenType.Null or JsonTokenType.StartArray ? null : RequestFaults.Type(Name, "a base64 string", json);
        }

        return !Base64.IsValid(json.ValueSpan, out var length) ? RequestFaults.Value(Name, "a base64 string", "a string that is none")
            : length is < LeastEmbeds or > MostEmbeds ? RequestFaults.Value(Name, $"{LeastEmbeds} bytes to 10 MB in base64", $"{length} bytes")
            : null;
    }

    /// <summary><c>encoding_format</c> of embeddings.</summary>
    public static GatewayError? CheckEncoding(ref Utf8JsonReader json)
    {
        const string Name = "encoding_format";
        const string Expected = "'float' or 'base64'";
        return json.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String when json.ValueTextEquals("float"u8) || json.ValueTextEquals("base64"u8) => null,
            JsonTokenType.String => RequestFaults.Value(Name, Expected, $"'{RequestFaults.Shorten(JsonText.Read(ref json) ?? "")}'"),
            _ => RequestFaults.Type(Name, Expected, json),
        };
    }
}
