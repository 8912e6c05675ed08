using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.OpenAICompatible;

/// <summary>What an inference engine is told beyond the API: the headers that steer it, and whose cache a prompt belongs to.</summary>
internal static class EngineRequest
{
    private const string Tenant = "x-tenant-id";
    private const string CacheSalt = "cache_salt";

    /// <summary>The headers of a call, with those for an engine where the provider is one; of these, what is beyond ASCII cannot be sent.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> HeadersOf(GatewayCall call, ExtensionHandling extensions) =>
        extensions != ExtensionHandling.Engine || call.EngineHeaders.Count == 0 ? call.ForwardedHeaders
        : [.. call.ForwardedHeaders, .. call.EngineHeaders.Where(header => !header.Value.AsSpan().ContainsAnyExceptInRange(' ', '~'))];

    /// <summary>Keeps a tenant's prompts in a cache of their own, where the provider is an engine; the header wins over the body.</summary>
    public static void AddTo(BodyEdits edits, GatewayCall call, ProviderSettings settings)
    {
        if (settings.Extensions != ExtensionHandling.Engine || settings.Parameters.Of(CacheSalt) is not null || call.Operation is not (ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Responses))
        {
            return;
        }

        foreach (var (name, value) in call.EngineHeaders)
        {
            if (name == Tenant && value.Length > 0 && !call.Body.IsEmpty)
            {
                ExtensionMembers.Set(edits, call.Body.Span, CacheSalt, value);
                return;
            }
        }
    }
}
