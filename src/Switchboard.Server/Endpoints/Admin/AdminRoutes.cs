using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>The paths below <c>/admin</c>: for the master key and the keys of administrators.</summary>
internal static class AdminRoutes
{
    private const string Get = "GET, HEAD";

    // Both are used for a change of some members.
    private const string Change = "POST, PATCH";

    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);

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
        routes.Add(Get, "/audit", For(services.GetRequiredService<AuditEndpoint>().ListAsync));
        routes.MapTo(endpoints, api, ["/admin"], order);

        void AddScopes<T>(string path, string? parent, ApiHandler? create)
            where T : AccessScope
        {
            var scopes = services.GetRequiredService<ScopesEndpoint<T>>();
            routes.Add(Get, path, For(scopes.List(parent)));
            routes.Add("POST", path, For(create ?? scopes.CreateAsync));
            routes.Add(Get, path + "/{id}", For(scopes.GetAsync));
            routes.Add(Change, path + "/{id}", For(scopes.ChangeAsync));
            routes.Add("DELETE", path + "/{id}", For(scopes.DeleteAsync));
        }

        RequestDelegate For(ApiHandler handler) => api.For(Guard(handler));
    }

    // Where nobody is asked for a key, nobody is an administrator.
    private static ApiHandler Guard(ApiHandler handler) => async (context, cancellationToken) =>
    {
        var caller = RequestCaller.Of(context);
        if (!caller.IsAdministrator)
        {
            return caller.IsAnonymous
                ? AdminErrors.Forbidden("There is no administrator yet: set access.master_key (SWITCHBOARD_MASTER_KEY), or make a key with `switchboard keys create NAME --administrator`.")
                : AdminErrors.Forbidden("An administrator's key is needed for this.");
        }

        context.Response.Headers.CacheControl = "no-store";
        try
        {
            return await handler(context, cancellationToken);
        }
        catch (RecordsUnavailableException)
        {
            return new GatewayError(503, new ErrorBody("The database does not answer. Try again in a moment.", ErrorTypes.Overloaded, null, "records_unavailable"), s_retry);
        }
    };
}
