using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Pipeline;
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
        var routes = new RouteTable();
        AddOpenAI(routes, endpoints.ServiceProvider, api);
        AddOperations(routes, endpoints.ServiceProvider, api);
        routes.MapTo(endpoints, api, ["/v1", ""], Order);
        DocsEndpoint.MapPage(endpoints);
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

    private static void AddOpenAI(RouteTable routes, IServiceProvider services, ApiEndpoint api)
    {
        var calls = services.GetRequiredService<CallEndpoint>();
        var forms = services.GetRequiredService<FormEndpoint>();
        var models = services.GetRequiredService<ModelsEndpoint>();
        var relay = services.GetRequiredService<RelayEndpoint>();
        foreach (var profile in OperationProfile.All.Where(profile => profile.Operation != ApiOperation.Realtime))
        {
            routes.Add(Post, $"/{profile.Path}", api.For(profile.Specification.TakesForm ? forms.For(profile) : calls.For(profile)));
        }

        var sockets = services.GetRequiredService<SocketEndpoint>();
        routes.Add("GET", "/realtime", api.For(sockets.For(ApiOperation.Realtime, "realtime")));
        routes.Add("GET", "/realtime/translations", api.For(sockets.For(ApiOperation.Realtime, "realtime/translations")));
        routes.Add("GET", "/responses", api.For(sockets.For(ApiOperation.Responses, "responses")));
        routes.Add(Get, "/models", api.For(models.ListAsync));
        routes.Add(Get, "/models/{**model}", api.For(models.GetAsync));
        foreach (var operation in RelayedOperations.All)
        {
            // A model's id may hold slashes for us; that of one to delete may not, which its own handler says.
            var pattern = operation.Path.Replace("/models/{", "/models/{**", StringComparison.Ordinal);
            routes.Add(operation.Method, pattern, api.For(relay.For(operation)));
        }
    }

    private static void AddOperations(RouteTable routes, IServiceProvider services, ApiEndpoint api)
    {
        var health = services.GetRequiredService<HealthEndpoint>();
        var root = services.GetRequiredService<RootEndpoint>();
        routes.Add(Get, "/health", api.Always(health.HealthAsync));
        routes.Add(Get, "/live", api.Always(HealthEndpoint.LiveAsync));
        routes.Add(Get, "/ready", api.Always(health.ReadyAsync));
        routes.Add(Get, "/", api.For(root.GetAsync));
        routes.Add(Get, "/openapi.json", api.For(DocsEndpoint.GetDocumentAsync));
    }
}
