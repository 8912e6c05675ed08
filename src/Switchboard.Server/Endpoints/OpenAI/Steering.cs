using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>Which deployments a caller lets its call go to: by their tags, or one by its name.</summary>
internal static class Steering
{
    private const string TagsHeader = "x-switchboard-tags";
    private const string DeploymentHeader = "x-switchboard-deployment";

    /// <summary>The tags that a deployment must have, all of them.</summary>
    public static IReadOnlyList<string> TagsOf(HttpRequest request) =>
        request.Headers.TryGetValue(TagsHeader, out var tags)
            ? tags.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];

    /// <summary>The only deployment, <c>provider/model</c>; null where the caller leaves it to the gateway.</summary>
    public static string? DeploymentOf(HttpRequest request) =>
        request.Headers.TryGetValue(DeploymentHeader, out var deployment) && !string.IsNullOrWhiteSpace(deployment) ? deployment.ToString() : null;
}
