using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints.Docs;

/// <summary><c>GET /openapi.json</c>, the API as a document, and <c>GET /docs</c>, a page that reads it and sends requests.</summary>
internal static class DocsEndpoint
{
    private const string Document = "openapi.json";

    private static readonly Lazy<StoredAnswer> s_document = new(() => new StoredAnswer("application/json", ApiDocument.Make()));

    /// <summary>Answers with the document.</summary>
    public static ValueTask<GatewayError?> GetDocumentAsync(HttpContext context, CancellationToken cancellationToken) =>
        s_document.Value.WriteAsync(context, cancellationToken);

    /// <summary>Maps the page; its files come with the package, from nowhere else.</summary>
    public static IEndpointConventionBuilder MapPage(IEndpointRouteBuilder endpoints) => endpoints.MapSwaggerUI("docs", options =>
    {
        options.DocumentTitle = "Switchboard";
        options.SwaggerEndpoint("../" + Document, "The API of this gateway");
        options.EnableTryItOutByDefault();
        options.EnableFilter();
        options.DisplayRequestDuration();
        options.DefaultModelsExpandDepth(-1);
        options.DocExpansion(Swashbuckle.AspNetCore.SwaggerUI.DocExpansion.None);
    });
}
