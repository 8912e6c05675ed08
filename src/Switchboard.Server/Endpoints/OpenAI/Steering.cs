using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Caching;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>What a caller says of the way of its call: the deployments it may go to, by their tags or by name, what it wants of the cache, and the guardrails it asks for.</summary>
internal static class Steering
{
    private const string TagsHeader = "x-switchboard-tags";
    private const string CacheHeader = "x-switchboard-cache";
    private const string DeploymentHeader = "x-switchboard-deployment";
    private const string GuardrailsHeader = "x-switchboard-guardrails";

    /// <summary>The tags that a deployment must have, all of them.</summary>
    public static IReadOnlyList<string> TagsOf(HttpRequest request) => ListOf(request, TagsHeader);

    /// <summary>The guardrails that a caller asks for, beside those that hold anyway.</summary>
    public static IReadOnlyList<string> GuardrailsOf(HttpRequest request) => ListOf(request, GuardrailsHeader);

    /// <summary>What the caller wants of the cache.</summary>
    public static CacheWish CacheWishOf(HttpRequest request) =>
        CacheWish.Read(request.Headers.CacheControl.ToString(), request.Headers.TryGetValue(CacheHeader, out var own) ? own.ToString() : null);

    /// <summary>The only deployment, <c>provider/model</c>; null where the caller leaves it to the gateway.</summary>
    public static string? DeploymentOf(HttpRequest request) =>
        request.Headers.TryGetValue(DeploymentHeader, out var deployment) && !string.IsNullOrWhiteSpace(deployment) ? deployment.ToString() : null;

    private static string[] ListOf(HttpRequest request, string header) =>
        request.Headers.TryGetValue(header, out var list)
            ? list.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];
}
