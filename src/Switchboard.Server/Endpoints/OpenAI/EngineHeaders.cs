using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The headers that steer an inference engine: which worker, which rank, how urgent, whose cache. Only a provider with <c>extensions: engine</c> gets them.</summary>
internal static class EngineHeaders
{
    private const string Prefix = "x-dynamo-";

    private static readonly string[] s_names =
        ["x-tenant-id", "x-worker-instance-id", "x-prefill-instance-id", "x-dp-rank", "x-data-parallel-rank", "x-prefill-dp-rank"];

    /// <summary>Those of a request; none where no provider is an engine.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(HttpRequest request, bool isWanted)
    {
        if (!isWanted)
        {
            return [];
        }

        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in request.Headers)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || s_names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                headers.Add(new(name.ToLowerInvariant(), values.ToString()));
            }
        }

        return headers;
    }

    /// <summary>Whether any provider is an engine.</summary>
    public static bool AreWantedBy(GatewayConfiguration configuration) =>
        configuration.Providers.Values.Any(provider => provider.Extensions == ExtensionHandling.Engine);
}
