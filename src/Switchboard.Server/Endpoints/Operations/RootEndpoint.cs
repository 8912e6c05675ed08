using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;

namespace Switchboard.Server.Endpoints.Operations;

/// <summary><c>GET /</c>: what this is, for a browser as a page and for everything else as JSON.</summary>
internal sealed class RootEndpoint(GatewayRuntime runtime, Gatekeeper keeper)
{
    private static readonly string[] s_endpoints =
    [
        .. OperationProfile.All.Select(profile => $"{profile.Specification.Method} /v1/{profile.Path}"),
        "POST /api/v1/chat",
        "POST /api/v1/chat/stream",
        "GET /api/v1/conversations",
        "POST /v1/messages",
        "POST /v1beta/models/{model}:generateContent",
        "POST /v1beta/models/{model}:streamGenerateContent",
        "POST /v1beta/models/{model}:countTokens",
        "POST /v1beta/models/{model}:embedContent",
        "POST /v1beta/models/{model}:batchEmbedContents",
        "GET /v1beta/models",
        "GET /v1/models",
        "GET /v1/models/{id}",
        "GET /docs",
        "GET /openapi.json",
        "GET /health",
        "GET /live",
        "GET /ready",
        "GET /metrics",
    ];

    /// <summary>Answers as page or JSON.</summary>
    public async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var lease = runtime.Enter();

        // The page is everybody's, what there is to ask for is not.
        var caller = RequestCaller.Of(context);
        var models = caller.IsAnonymous && !keeper.IsOpen ? [] : await lease.Gateway.Models.ListAsync(caller, cancellationToken);
        context.Response.Headers.Vary = "Accept";
        if (context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            await WritePageAsync(context, Page(BaseUrl(context.Request), models, keeper.IsOpen, HasConsole), cancellationToken);
        }
        else
        {
            await WriteJsonAsync(context, models, cancellationToken);
        }

        return null;
    }

    private bool HasConsole => runtime.Configuration.Server.Console;

    private Task WriteJsonAsync(HttpContext context, IReadOnlyList<ModelDescription> models, CancellationToken cancellationToken) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("name"u8, "switchboard"u8);
            json.WriteString("version"u8, ProductVersion.Text);
            json.WriteString("base_url"u8, BaseUrl(context.Request));
            json.WriteStartArray("models"u8);
            foreach (var model in models)
            {
                json.WriteStringValue(model.Id);
            }

            json.WriteEndArray();
            json.WriteStartArray("endpoints"u8);
            foreach (var endpoint in s_endpoints)
            {
                json.WriteStringValue(endpoint);
            }

            json.WriteEndArray();
            json.WriteString("docs"u8, $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}/docs");
            if (HasConsole)
            {
                json.WriteString("console"u8, $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}/console/");
            }

            json.WriteEndObject();
        }, cancellationToken);

    private static async Task WritePageAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        var page = Encoding.UTF8.GetBytes(text);
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = page.Length;
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(page, cancellationToken);
    }

    private static string BaseUrl(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}/v1";

    private static string Page(string baseUrl, IReadOnlyList<ModelDescription> models, bool isOpen, bool hasConsole)
    {
        var encode = HtmlEncoder.Default;
        var rows = models.Select(model => $"<tr><td><code>{encode.Encode(model.Id)}</code></td><td>{encode.Encode(model.Description ?? model.OwnedBy)}</td></tr>\n");
        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Switchboard</title>
            <style>
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
              code, pre { font-family: ui-monospace, monospace; font-size: .92em }
              pre { padding: .8rem 1rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .4rem }
              td { padding: .15rem 1.5rem .15rem 0; vertical-align: top }
            </style>
            </head>
            <body>
            <h1>Switchboard {{ProductVersion.Text}}</h1>
            <p>This is an OpenAI-compatible gateway. Point a client at <code>{{encode.Encode(baseUrl)}}</code>{{(isOpen ? "; any key will do" : " with your key")}}.{{(hasConsole ? " Look after it in the <a href=\"console/\">console</a>." : "")}}</p>
            <h2>Models that answer now</h2>
            <table>
            {{string.Concat(rows)}}</table>
            <h2>Try it</h2>
            <pre>curl {{encode.Encode(baseUrl)}}/chat/completions \
              -H 'content-type: application/json' \{{(isOpen ? "" : "\n  -H \"Authorization: Bearer $KEY\" \\")}}
              -d '{"model": "{{encode.Encode(models.Count > 0 ? models[0].Id : "switchboard-tiny")}}", "messages": [{"role": "user", "content": "Hello!"}]}'</pre>
            <h2>Endpoints</h2>
            <ul>
            {{string.Concat(s_endpoints.Select(endpoint => $"<li><code>{endpoint}</code></li>\n"))}}</ul>
            <p>And every other operation of the API: <a href="docs">see and try them</a>. How to add a provider, and everything else: <code>README.md</code> and <code>docs/</code> of the repository.</p>
            </body>
            </html>

            """;
    }
}
