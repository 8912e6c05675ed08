using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Server.Endpoints.Anthropic;

/// <summary><c>GET /v1/models</c> as Anthropic has it, for callers that send <c>anthropic-version</c>.</summary>
internal sealed class AnthropicModelsEndpoint(GatewayRuntime runtime)
{
    /// <summary>True for a caller that speaks Anthropic's API.</summary>
    public static bool IsAskedBy(HttpRequest request) => request.Headers.ContainsKey("anthropic-version");

    /// <summary>The list, all of it on one page.</summary>
    public ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken) =>
        ModelAnswers.ListAsync(runtime, context, WriteList, cancellationToken);

    /// <summary>One model.</summary>
    public ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken) =>
        ModelAnswers.GetAsync(runtime, context, Write, cancellationToken);

    private static void WriteList(Utf8JsonWriter json, IReadOnlyList<ModelDescription> models)
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
