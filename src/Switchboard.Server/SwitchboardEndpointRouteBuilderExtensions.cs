using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Requests;
using Switchboard.Server.Endpoints;
using Switchboard.Server.Endpoints.Docs;
using Switchboard.Server.Endpoints.OpenAI;
using Switchboard.Server.Endpoints.Operations;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps Switchboard's endpoints in an application.</summary>
public static class SwitchboardEndpointRouteBuilderExtensions
{
    private const string Get = "GET, HEAD";
    private const string Post = "POST";

    // The application's own routes win over ours wherever both match.
    private const int Order = 1000;

    /// <summary>
    /// Maps the OpenAI endpoints (with and without <c>/v1</c>), <c>/health</c>, <c>/live</c>, <c>/ready</c> and
    /// <c>/</c>. Map them below a prefix with <c>app.MapGroup("/ai").MapSwitchboard()</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapSwitchboard(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.ServiceProvider.GetRequiredService<ApiEndpoint>();
        MapOpenAI(endpoints, api, "/v1");
        MapOpenAI(endpoints, api, "");
        MapOperations(endpoints, api);
        endpoints.Map("/v1/{**path}", api.For(UnknownRoute.NotFoundAsync)).WithOrder(Order);
        return endpoints;
    }

    /// <summary>Answers every other path with 404 in the OpenAI error shape; for an application that is only a gateway.</summary>
    public static IEndpointRouteBuilder MapSwitchboardFallback(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.ServiceProvider.GetRequiredService<ApiEndpoint>();
        endpoints.MapFallback("{**path}", api.For(UnknownRoute.NotFoundAsync));
        return endpoints;
    }

    private static void MapOpenAI(IEndpointRouteBuilder endpoints, ApiEndpoint api, string prefix)
    {
        var calls = endpoints.ServiceProvider.GetRequiredService<CallEndpoint>();
        var models = endpoints.ServiceProvider.GetRequiredService<ModelsEndpoint>();
        foreach (var profile in OperationProfile.All.Where(profile => profile.Specification.TakesJson))
        {
            Map(endpoints, api, Post, $"{prefix}/{profile.Path}", api.For(calls.For(profile)));
        }

        Map(endpoints, api, Get, $"{prefix}/models", api.For(models.ListAsync));
        Map(endpoints, api, Get, $"{prefix}/models/{{**id}}", api.For(models.GetAsync));
    }

    private static void MapOperations(IEndpointRouteBuilder endpoints, ApiEndpoint api)
    {
        var health = endpoints.ServiceProvider.GetRequiredService<HealthEndpoint>();
        var root = endpoints.ServiceProvider.GetRequiredService<RootEndpoint>();
        foreach (var prefix in (string[])["", "/v1"])
        {
            Map(endpoints, api, Get, $"{prefix}/health", api.Always(health.HealthAsync));
            Map(endpoints, api, Get, $"{prefix}/live", api.Always(HealthEndpoint.LiveAsync));
            Map(endpoints, api, Get, $"{prefix}/ready", api.Always(health.ReadyAsync));
            Map(endpoints, api, Get, $"{prefix}/", api.For(root.GetAsync));
        }

        Map(endpoints, api, Get, "/openapi.json", api.For(DocsEndpoint.GetDocumentAsync));
        DocsEndpoint.MapPage(endpoints);
    }

    private static void Map(IEndpointRouteBuilder endpoints, ApiEndpoint api, string methods, string pattern, Http.RequestDelegate handler)
    {
        endpoints.MapMethods(pattern, methods.Split(", "), handler).WithOrder(Order);

        // The same path with any other method: less specific, so it is taken only when the first is not.
        endpoints.Map(pattern, api.For(UnknownRoute.NotAllowed(methods))).WithOrder(Order);
    }
}
