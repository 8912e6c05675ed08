using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Translation;

/// <summary>
/// What becomes of the members of a request that a dialect cannot express: by the provider's settings they are dropped,
/// and named to the caller, or the request is refused. The first refusal stands. Without a call nobody is told of what is dropped.
/// </summary>
internal sealed class RequestNotes(GatewayCall? call, string provider, ProviderSettings settings)
{
    /// <summary>Why the request is refused; null while it is not.</summary>
    public GatewayError? Fault { get; private set; }

    /// <summary>A member that the dialect lacks, and that changes how the answer sounds at most.</summary>
    public void Lacks(string member) => Settle(member, settings.Unsupported);

    /// <summary>A member that the dialect lacks, and without which the answer is not what was asked for: it is refused unless the settings name it.</summary>
    public void LacksMuch(string member) => Settle(member, UnsupportedHandling.Refuse);

    /// <summary>Something the dialect cannot express and nobody can drop: part of what is said.</summary>
    public void Refuse(string path, string what) => Fault ??= GatewayError.InvalidRequest(
        $"'{path}' cannot be sent to the provider '{provider}': {what}.", path, "unsupported_value");

    /// <summary>True for a member that says nothing: its value is what holds without it.</summary>
    public static bool IsNeutral(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Number => member.Name switch
        {
            "n" => member.Value.TryGetDouble(out var n) && n == 1,
            "frequency_penalty" or "presence_penalty" or "top_logprobs" => member.Value.TryGetDouble(out var number) && number == 0,
            _ => false,
        },
        JsonValueKind.Object => !member.Value.EnumerateObject().MoveNext(),
        JsonValueKind.Array => member.Value.GetArrayLength() == 0 || (member.Name == "modalities" && IsTextAlone(member.Value)),
        JsonValueKind.String => member.Name is "service_tier" && member.Value.ValueEquals("auto"u8),
        _ => false,
    };

    private static bool IsTextAlone(JsonElement modalities) => modalities.GetArrayLength() == 1 && modalities[0].ValueKind == JsonValueKind.String && modalities[0].ValueEquals("text"u8);

    private void Settle(string member, UnsupportedHandling handling)
    {
        handling = settings.Parameters.Of(member)?.Handling ?? handling;
        if (handling == UnsupportedHandling.Refuse)
        {
            Fault ??= RequestFaults.NotForProvider(RequestFaults.Shorten(member), provider);
        }
        else
        {
            call?.Drop(member);
        }
    }
}
