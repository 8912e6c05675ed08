using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Server.Endpoints.Gemini;

/// <summary><c>GET /v1beta/models</c> and <c>GET /v1beta/models/{model}</c>: what answers now, as Google tells it.</summary>
internal sealed class GeminiModelsEndpoint(GatewayRuntime runtime)
{
    /// <summary>True for a caller that speaks Google's API at a path that others have, too.</summary>
    public static bool IsAskedBy(HttpRequest request) => request.Headers.ContainsKey("x-goog-api-key") || request.Headers.ContainsKey("x-goog-api-client");

    /// <summary>The list, all of it on one page.</summary>
    public ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken) =>
        ModelAnswers.ListAsync(runtime, context, WriteList, cancellationToken);

    /// <summary>One model.</summary>
    public ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken) =>
        ModelAnswers.GetAsync(runtime, context, Write, cancellationToken);

    private static void WriteList(Utf8JsonWriter json, IReadOnlyList<ModelDescription> models)
    {
        json.WriteStartObject();
        json.WriteStartArray("models"u8);
        foreach (var model in models)
        {
            Write(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Which methods a model has, nobody tells the gateway: whatever is asked, its provider answers or refuses.
    private static void Write(Utf8JsonWriter json, ModelDescription model)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, $"models/{model.Id}");
        json.WriteString("baseModelId"u8, model.Id);
        json.WriteString("version"u8, "1"u8);
        json.WriteString("displayName"u8, model.Id);
        if (model.Description is { } description)
        {
            json.WriteString("description"u8, description);
        }

        if ((model.ContextLength ?? model.Facts?.ContextWindow) is { } length)
        {
            json.WriteNumber("inputTokenLimit"u8, length);
        }

        json.WriteStartArray("supportedGenerationMethods"u8);
        json.WriteStringValue("generateContent"u8);
        json.WriteStringValue("streamGenerateContent"u8);
        json.WriteStringValue("countTokens"u8);
        json.WriteStringValue("embedContent"u8);
        json.WriteStringValue("batchEmbedContents"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
