using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints;

/// <summary>
/// Errors as Dynamo's front end tells them: a flat object whose type is the status in words. What a provider's fault
/// was is kept for the log; refusals of a request keep their words.
/// </summary>
internal static class DynamoErrors
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The status of an error that has another there; null where it is the same.</summary>
    public static int? StatusOf(GatewayError error) => IsFault(error) ? 500 : IsStopping(error) ? 503 : null;

    /// <summary>Writes the body.</summary>
    public static void Write(IBufferWriter<byte> output, HttpContext context, GatewayError error, int status, int mostMegabytes)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteString("message"u8, MessageOf(context, error, mostMegabytes));
        json.WriteString("type"u8, TypeOf(error, status));
        json.WriteNumber("code"u8, status);
        if (IsFault(error) && error.Status != status)
        {
            json.WriteStartObject("details"u8);
            json.WriteNumber("backend_status"u8, error.Status);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // Overload has a status of its own; any other fault behind the front end is one to its callers.
    private static bool IsFault(GatewayError error) => error.Status is >= 500 and not (501 or 503 or 529);

    private static bool IsStopping(GatewayError error) => error is { Status: 503, Body.Code: "draining" or "server_shutting_down" };

    private static bool IsOverload(GatewayError error) => error is { Status: 503 or 529, Body.Type: ErrorTypes.Overloaded };

    private static string MessageOf(HttpContext context, GatewayError error, int mostMegabytes) => (error.Status, error.Body.Code) switch
    {
        (404, "model_not_found") => "Model not found",
        (404, "unknown_url") => $"Route not found: {context.Request.Method} {context.Request.PathBase}{context.Request.Path}",
        (415, _) => "Expected request with Content-Type application/json",
        (413, _) => string.Create(CultureInfo.InvariantCulture, $"Request body exceeds the limit of {mostMegabytes} MB set by server.max_body_mb"),
        _ when IsStopping(error) => "Service is not ready",
        _ when IsOverload(error) => "Service temporarily overloaded",
        (503, _) => "Service temporarily unavailable",
        _ when IsFault(error) => "Internal server error",
        _ => error.Body.Message,
    };

    private static string TypeOf(GatewayError error, int status) =>
        IsOverload(error) && !IsStopping(error) ? "Overloaded"
        : status == 499 ? "Client Closed Request"
        : ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase
        : "UnknownError";
}
