using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Server.Endpoints.Anthropic;

/// <summary><c>GET /v1/models</c> as Anthropic has it, for callers that send <c>anthropic-version</c>.</summary>
internal sealed class AnthropicModelsEndpoint(GatewayRuntime runtime)
{
    /// <summary>True for a caller that speaks Anthropic's API.</summary>
    public static bool IsAskedBy(HttpRequest request) => request.Headers.ContainsKey("anthropic-version");

    /// <summary>The list, all of it on one page.</summary>
    public async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var lease = runtime.Enter();
        var models = await lease.Gateway.Models.ListAsync(cancellationToken);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var model in models)
            {
                Write(json, model);
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more"u8, false);
            json.WriteString("first_id"u8, models.Count > 0 ? models[0].Id : null);
            json.WriteString("last_id"u8, models.Count > 0 ? models[^1].Id : null);
            json.WriteEndObject();
        }, cancellationToken);
        return null;
    }

    /// <summary>One model; its id may hold slashes, escaped or not.</summary>
    public async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
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
        json.WriteString("type"u8, "model"u8);
        json.WriteString("id"u8, model.Id);
        json.WriteString("display_name"u8, model.Description ?? model.Id);
        json.WriteString("created_at"u8, model.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if ((model.ContextLength ?? model.Facts?.ContextWindow) is { } length)
        {
            json.WriteNumber("max_input_tokens"u8, length);
        }

        json.WriteEndObject();
    }
}
