using System.Text.Json;

namespace Switchboard.Gateway.Requests;

/// <summary>What the gateway reads of <c>nvext</c>: the rest is the provider's.</summary>
/// <param name="WantsRequestId"><c>annotations</c> asks for the request's id.</param>
/// <param name="WantsTokenIds"><c>extra_fields</c> asks for the tokens of an answer, or for the probabilities of a prompt.</param>
internal readonly record struct NvextMember(bool WantsRequestId, bool WantsTokenIds)
{
    /// <summary>Reads the value at the reader, whatever it is.</summary>
    public static NvextMember Read(ref Utf8JsonReader json)
    {
        var found = default(NvextMember);
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return found;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isAnnotations = json.ValueTextEquals("annotations"u8);
            var isExtra = json.ValueTextEquals("extra_fields"u8);
            json.Read();
            if (json.TokenType == JsonTokenType.StartArray && (isAnnotations || isExtra))
            {
                found = ReadWords(ref json, found, isAnnotations);
            }

            json.Skip();
        }

        return found;
    }

    private static NvextMember ReadWords(ref Utf8JsonReader json, NvextMember found, bool isAnnotations)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.String)
            {
                found = isAnnotations
                    ? found with { WantsRequestId = found.WantsRequestId || json.ValueTextEquals("request_id"u8) }
                    : found with { WantsTokenIds = found.WantsTokenIds || json.ValueTextEquals("completion_token_ids"u8) || json.ValueTextEquals("prompt_logprobs"u8) };
            }

            json.Skip();
        }

        return found;
    }
}
