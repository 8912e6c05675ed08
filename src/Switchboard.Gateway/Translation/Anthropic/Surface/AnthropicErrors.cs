using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>Errors as Anthropic tells them.</summary>
/// <remarks>Source: the API's page "Errors".</remarks>
internal static class AnthropicErrors
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The status of an error: an overload has one of its own there.</summary>
    public static int StatusOf(GatewayError error) => error is { Status: 503, Body.Type: ErrorTypes.Overloaded } ? 529 : error.Status;

    /// <summary>Writes the body of an error answer.</summary>
    public static void Write(IBufferWriter<byte> output, GatewayError error, string requestId) => Write(output, error.Body, TypeOf(error), requestId);

    /// <summary>Writes the event of an error inside a stream.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, ErrorBody error)
    {
        output.Write("event: error\ndata: "u8);
        Write(output, error, TypeOf(error), requestId: null);
        output.Write("\n\n"u8);
    }

    private static void Write(IBufferWriter<byte> output, ErrorBody error, string type, string? requestId)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, type);
        json.WriteString("message"u8, error.Message);
        json.WriteEndObject();
        if (requestId is not null)
        {
            json.WriteString("request_id"u8, requestId);
        }

        json.WriteEndObject();
    }

    private static string TypeOf(GatewayError error) => StatusOf(error) switch
    {
        401 => ErrorTypes.Authentication,
        402 => "billing_error",
        403 => ErrorTypes.Permission,
        404 => ErrorTypes.NotFound,
        413 => "request_too_large",
        429 => ErrorTypes.RateLimit,
        529 => ErrorTypes.Overloaded,
        408 or 504 => ErrorTypes.Timeout,
        >= 500 => ErrorTypes.Api,
        _ => ErrorTypes.InvalidRequest,
    };

    // In a stream there is no status; the kind says the same.
    private static string TypeOf(ErrorBody error) => ApiErrorKinds.Of(0, error.Type, error.Code) switch
    {
        ApiErrorKind.BadRequest or ApiErrorKind.ContextLengthExceeded or ApiErrorKind.ContentFiltered or ApiErrorKind.Conflict or ApiErrorKind.UnprocessableEntity => ErrorTypes.InvalidRequest,
        ApiErrorKind.Authentication => ErrorTypes.Authentication,
        ApiErrorKind.PermissionDenied => ErrorTypes.Permission,
        ApiErrorKind.NotFound => ErrorTypes.NotFound,
        ApiErrorKind.RateLimited => ErrorTypes.RateLimit,
        ApiErrorKind.InsufficientQuota => "billing_error",
        ApiErrorKind.Timeout => ErrorTypes.Timeout,
        ApiErrorKind.Overloaded => ErrorTypes.Overloaded,
        _ => ErrorTypes.Api,
    };
}
