using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>: what answers now.</summary>
internal sealed class ModelsEndpoint(GatewayRuntime runtime)
{
    /// <summary>The list.</summary>
    public ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken) =>
        ModelAnswers.ListAsync(runtime, context, WriteList, cancellationToken);

    /// <summary>One model.</summary>
    public ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken) =>
        ModelAnswers.GetAsync(runtime, context, Write, cancellationToken);

    private static void WriteList(Utf8JsonWriter json, IReadOnlyList<ModelDescription> models)
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
