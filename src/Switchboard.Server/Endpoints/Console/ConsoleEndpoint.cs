using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints.Console;

/// <summary>
/// <c>GET /console/</c>: the web console. It is files without any secret, for everybody to read; what it shows it asks
/// the API for, with the key of whoever looks.
/// </summary>
internal sealed class ConsoleEndpoint(GatewayRuntime runtime)
{
    private const string Page = "index.html";

    // Nothing but its own files, no markup made of text, and no frame around it.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Maps it.</summary>
    public void Map(IEndpointRouteBuilder endpoints, ApiEndpoint api, int order)
    {
        var routes = new RouteTable();
        routes.Add("GET, HEAD", "/console/{**file}", api.Open(GetAsync));
        routes.MapTo(endpoints, api, [""], order);
    }

    private async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!runtime.Configuration.Server.Console)
        {
            return await UnknownRoute.NotFoundAsync(context, cancellationToken);
        }

        var name = context.GetRouteValue("file") as string ?? "";
        if (name.Length == 0 && context.Request.Path.Value?.EndsWith('/') != true)
        {
            // The page names what is beside it: its address has to be that of a folder, below whatever prefix.
            context.Response.Redirect("console/");
            return null;
        }

        if (!ConsoleFiles.All.TryGetValue(name.Length == 0 ? Page : name, out var file))
        {
            return await UnknownRoute.NotFoundAsync(context, cancellationToken);
        }

        WriteHeaders(context.Response.Headers);
        return await file.WriteAsync(context, cancellationToken);
    }

    private static void WriteHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
