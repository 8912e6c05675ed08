using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.OpenAICompatible;

/// <summary>
/// The limit of an answer's tokens has two names: the older every server knows, the newer is the only one that OpenAI's
/// reasoning models take. Callers of other dialects say neither, so the gateway chooses.
/// </summary>
internal static class TokenLimit
{
    private const string Older = "max_tokens";

    /// <summary>Gives the limit of a translated request its newer name where OpenAI itself is asked.</summary>
    public static void Rename(BodyEdits edits, GatewayCall call, ProviderSettings settings)
    {
        if (call.Origin is { MaxTokensName: var name } && !name.Equals(default) && settings.Parameters.Of(Older) is null && IsOpenAI(settings))
        {
            edits.Replace(name, "max_completion_tokens"u8.ToArray());
        }
    }

    private static bool IsOpenAI(ProviderSettings settings) =>
        settings.Type == "azure" || (settings.BaseUrl ?? Presets.Of(settings.Type)?.BaseUrl)?.Host == Presets.All[0].BaseUrl.Host;
}
