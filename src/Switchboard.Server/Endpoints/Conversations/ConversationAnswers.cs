using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.Conversations;

/// <summary>
/// Errors below <c>/api/v1</c>, for both kinds of reader: <c>error</c> as OpenAI has it, and <c>detail</c> as FastAPI has
/// it, a sentence, or at 422 a list with every member that is wrong.
/// </summary>
internal static class ConversationAnswers
{
    private static readonly object s_key = new();
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A delegate whose errors are told this way.</summary>
    public static RequestDelegate Around(RequestDelegate handler) => context =>
    {
        context.Items[s_key] = s_key;
        return handler(context);
    };

    /// <summary>Whether the errors of a request are told this way.</summary>
    public static bool AreFor(HttpContext context) => context.Items.ContainsKey(s_key);

    /// <summary>Writes an error's body.</summary>
    public static void Write(IBufferWriter<byte> output, ErrorBody error)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        WriteError(json, error);
        json.WriteString("detail"u8, error.Message);
        json.WriteEndObject();
    }

    /// <summary>Answers with 422.</summary>
    public static Task RefuseAsync(HttpContext context, IReadOnlyList<FieldFault> faults, CancellationToken cancellationToken) =>
        JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status422UnprocessableEntity,
            json =>
            {
                json.WriteStartObject();
                WriteError(json, new ErrorBody(faults[0].Message, ErrorTypes.InvalidRequest, faults[0].Member, faults[0].Type));
                json.WriteStartArray("detail"u8);
                foreach (var fault in faults)
                {
                    Write(json, fault);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            },
            cancellationToken);

    private static void Write(Utf8JsonWriter json, FieldFault fault)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, fault.Type);
        json.WriteStartArray("loc"u8);
        json.WriteStringValue(fault.Place);
        if (fault.Member is not null)
        {
            json.WriteStringValue(fault.Member);
        }

        json.WriteEndArray();
        json.WriteString("msg"u8, fault.Message);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, ErrorBody error)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, error.Type);
        json.WriteString("param"u8, error.Param);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
    }
}
