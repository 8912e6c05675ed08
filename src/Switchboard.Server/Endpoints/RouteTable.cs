using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints;

/// <summary>The methods that a mapped path takes, for who lists what there is.</summary>
internal sealed record RouteMethods(IReadOnlyList<string> Names);

/// <summary>
/// Paths, each with the handlers of its methods. A path is one endpoint: it chooses the handler itself and refuses all
/// other methods, which keeps the server's own table, built anew at every start, small.
/// </summary>
internal sealed class RouteTable
{
    private readonly Dictionary<string, List<KeyValuePair<string, RequestDelegate>>> _handlers = new(StringComparer.Ordinal);

    /// <summary>Adds a handler.</summary>
    /// <param name="methods">Its methods, <c>, </c> between several.</param>
    /// <param name="pattern">Its path.</param>
    /// <param name="handler">The handler.</param>
    public void Add(string methods, string pattern, RequestDelegate handler)
    {
        if (!_handlers.TryGetValue(pattern, out var ofPath))
        {
            _handlers.Add(pattern, ofPath = []);
        }

        ofPath.AddRange(methods.Split(", ").Select(method => KeyValuePair.Create(method, handler)));
    }

    /// <summary>Maps everything that was added.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="api">What all endpoints have in common.</param>
    /// <param name="prefixes">What stands before each path, in turn.</param>
    /// <param name="order">The endpoints' order.</param>
    /// <param name="dialect">Whose API the routes are of.</param>
    /// <param name="around">Stands before all of a path, its refusals too; null for nothing.</param>
    public void MapTo(IEndpointRouteBuilder endpoints, ApiEndpoint api, string[] prefixes, int order, ApiDialect dialect = ApiDialect.OpenAI, Func<RequestDelegate, RequestDelegate>? around = null)
    {
        foreach (var (pattern, handlers) in _handlers)
        {
            var choose = Chooser([.. handlers], api.For(UnknownRoute.NotAllowed(string.Join(", ", handlers.Select(handler => handler.Key))), dialect));
            choose = around?.Invoke(choose) ?? choose;
            var methods = new RouteMethods([.. handlers.Select(handler => handler.Key)]);
            foreach (var prefix in prefixes)
            {
                endpoints.Map(prefix + pattern, choose).WithOrder(order).WithMetadata(methods);
            }
        }
    }

    private static RequestDelegate Chooser(KeyValuePair<string, RequestDelegate>[] handlers, RequestDelegate notAllowed) => context =>
    {
        foreach (var (method, handler) in handlers)
        {
            if (HttpMethods.Equals(method, context.Request.Method))
            {
                return handler(context);
            }
        }

        return notAllowed(context);
    };
}
