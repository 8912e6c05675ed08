using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>: what answers now.</summary>
internal sealed class ModelsEndpoint(GatewayRuntime runtime)
{
    /// <summary>The list.</summary>
    public async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var lease = runtime.Enter();
        var models = await lease.Gateway.Models.ListAsync(cancellationToken);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            foreach (var model in models)
            {
                Write(json, model);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }, cancellationToken);
        return null;
    }

    /// <summary>One model; its id may hold slashes, escaped or not.</summary>
    public async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        // Routing leaves %2F as it is, since it would otherwise change the path's segments.
        var id = (context.GetRouteValue("model") as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        using var lease = runtime.Enter();
        if (await lease.Gateway.Models.FindAsync(id, cancellationToken) is not { } model)
        {
            return GatewayError.ModelNotFound(id);
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, model), cancellationToken);
        return null;
    }

    private static void Write(Utf8JsonWriter json, ModelDescription model)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, model.Id);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, model.Created.ToUnixTimeSeconds());
        json.WriteString("owned_by"u8, model.OwnedBy);
        if (model.Description is { } description)
        {
            json.WriteString("description"u8, description);
        }

        if ((model.ContextLength ?? model.Facts?.ContextWindow) is { } length)
        {
            json.WriteNumber("context_length"u8, length);
        }

        if (model.Facts is { } facts)
        {
            ModelFactsJson.Write(json, facts);
        }

        json.WriteEndObject();
    }
}
