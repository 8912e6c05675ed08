using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>Errors as Google tells them: <c>{"error":{"code","message","status"}}</c>.</summary>
/// <remarks>Source: Google's API design guide, "Errors".</remarks>
internal static class GeminiErrors
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The status of an error: an overload is 503 whatever its own says.</summary>
    public static int StatusOf(GatewayError error) => error.Status == 529 ? 503 : error.Status;

    /// <summary>Writes the body of an error answer.</summary>
    public static void Write(IBufferWriter<byte> output, GatewayError error) => Write(output, error.Body.Message, StatusOf(error));

    /// <summary>Writes the event of an error inside a stream.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, ErrorBody error)
    {
        output.Write("data: "u8);
        WriteInStream(output, error);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes an error inside a stream, without a frame.</summary>
    public static void WriteInStream(IBufferWriter<byte> output, ErrorBody error) => Write(output, error.Message, StatusOf(error));

    private static void Write(IBufferWriter<byte> output, string message, int code)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, code);
        json.WriteString("message"u8, message);
        json.WriteString("status"u8, WordOf(code));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string WordOf(int code) => code switch
    {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        501 => "UNIMPLEMENTED",
        408 or 504 => "DEADLINE_EXCEEDED",
        502 or 503 => "UNAVAILABLE",
        >= 500 => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    };

    // In a stream there is no status; the kind has one.
    private static int StatusOf(ErrorBody error) => ApiErrorKinds.Of(0, error.Type, error.Code) switch
    {
        ApiErrorKind.BadRequest or ApiErrorKind.ContextLengthExceeded or ApiErrorKind.ContentFiltered or ApiErrorKind.UnprocessableEntity => 400,
        ApiErrorKind.Authentication => 401,
        ApiErrorKind.PermissionDenied => 403,
        ApiErrorKind.NotFound => 404,
        ApiErrorKind.Conflict => 409,
        ApiErrorKind.RateLimited or ApiErrorKind.InsufficientQuota => 429,
        ApiErrorKind.Timeout => 504,
        ApiErrorKind.Overloaded => 503,
        _ => error.Type == ErrorTypes.Upstream ? 502 : 500,
    };
}
