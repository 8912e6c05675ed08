using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Access;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>The paths below <c>/admin</c>: for the master key and the keys of administrators.</summary>
internal static class AdminRoutes
{
    private const string Get = "GET, HEAD";

    // Both are used for a change of some members.
    private const string Change = "POST, PATCH";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, ApiEndpoint api, int order)
    {
        var services = endpoints.ServiceProvider;
        var routes = new RouteTable();
        var keys = services.GetRequiredService<KeysEndpoint>();
        AddScopes<VirtualKey>("/keys", "project_id", keys.CreateAsync);
        routes.Add("POST", "/keys/{id}/rotate", For(keys.RotateAsync));
        AddScopes<Project>("/projects", "team_id", null);
        AddScopes<Team>("/teams", null, null);
        var secrets = services.GetRequiredService<SecretsEndpoint>();
        routes.Add(Get, "/secrets", For(secrets.ListAsync));
        routes.Add("PUT", "/secrets/{id}", For(secrets.PutAsync));
        routes.Add("DELETE", "/secrets/{id}", For(secrets.DeleteAsync));
        routes.Add(Get, "/audit", For(services.GetRequiredService<AuditEndpoint>().ListAsync));
        var usage = services.GetRequiredService<UsageEndpoint>();
        routes.Add(Get, "/usage", For(usage.SumAsync));
        routes.Add(Get, "/budgets", For(services.GetRequiredService<BudgetsEndpoint>().ListAsync));
        routes.Add(Get, "/usage/rows", For(usage.ListAsync));
        var cache = services.GetRequiredService<CacheEndpoint>();
        routes.Add(Get, "/cache", For(cache.GetAsync));
        routes.Add("POST", "/cache/flush", For(cache.FlushAsync));
        routes.MapTo(endpoints, api, ["/admin"], order);

        void AddScopes<T>(string path, string? parent, ApiHandler? create)
            where T : AccessScope
        {
            var scopes = services.GetRequiredService<ScopesEndpoint<T>>();
            routes.Add(Get, path, For(scopes.List(parent)));
            routes.Add("POST", path, For(create ?? scopes.CreateAsync));
            routes.Add(Get, path + "/{id}", For(scopes.GetAsync));
            routes.Add(Change, path + "/{id}", For(scopes.ChangeAsync));
            routes.Add(Get, path + "/{id}/limits", For(services.GetRequiredService<LimitsEndpoint<T>>().ListAsync));
            routes.Add("DELETE", path + "/{id}", For(scopes.DeleteAsync));
        }

        RequestDelegate For(ApiHandler handler) => api.For(AdminGuard.Of(handler));
    }
}
