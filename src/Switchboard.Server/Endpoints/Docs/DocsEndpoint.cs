using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints.Docs;

/// <summary><c>GET /openapi.json</c>, the API as a document, and <c>GET /docs</c>, a page that reads it and sends requests.</summary>
internal static class DocsEndpoint
{
    private const string Document = "openapi.json";

    private static readonly Lazy<(byte[] Plain, byte[] Compressed)> s_document = new(Load);
    private static readonly EntityTagHeaderValue s_tag = new($"\"{ProductVersion.Text}\"");

    /// <summary>Answers with the document.</summary>
    public static async ValueTask<GatewayError?> GetDocumentAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = s_tag.ToString();
        response.Headers.Vary = "Accept-Encoding";
        if (request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(s_tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        var isCompressed = request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && encoding.Quality is null or > 0);
        var body = isCompressed ? s_document.Value.Compressed : s_document.Value.Plain;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (isCompressed)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        await response.Body.WriteAsync(body, cancellationToken);
        return null;
    }

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

    private static (byte[] Plain, byte[] Compressed) Load()
    {
        var plain = ApiDocument.Make();
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            gzip.Write(plain);
        }

        return (plain, compressed.ToArray());
    }
}
