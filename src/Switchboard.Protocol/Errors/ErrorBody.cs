using System.Buffers;
using System.Text.Encodings.Web;

namespace Switchboard.Protocol.Errors;

/// <summary>
/// The OpenAI error body: <c>{"error":{"message","type","param","code"}}</c>, all four members always present.
/// </summary>
/// <param name="Message">What went wrong and what to do, for people. Never holds a secret.</param>
/// <param name="Type">One of <see cref="ErrorTypes"/>, or a provider's own slug.</param>
/// <param name="Param">The member of the request that is at fault, or null.</param>
/// <param name="Code">A stable identifier for programs, such as <c>model_not_found</c>, or null.</param>
public sealed record ErrorBody(string Message, string Type, string? Param = null, string? Code = null)
{
    // The body is JSON and never HTML: people read it in a terminal, where \u0027 for a quote helps nobody.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the body as UTF-8 JSON.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        WriteMember(json);
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes the data of an <c>error</c> event of the Responses API (<c>ResponseErrorEvent</c>), with the body's
    /// <c>error</c> member in it as well, which is where most clients look.
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceNumber">The event's number in its stream.</param>
    public void WriteEventTo(IBufferWriter<byte> output, long sequenceNumber)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteNumber("sequence_number"u8, sequenceNumber);
        json.WriteString("code"u8, Code);
        json.WriteString("message"u8, Message);
        json.WriteString("param"u8, Param);
        WriteMember(json);
        json.WriteEndObject();
    }

    private void WriteMember(Utf8JsonWriter json)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, Message);
        json.WriteString("type"u8, Type);
        json.WriteString("param"u8, Param);
        json.WriteString("code"u8, Code);
        json.WriteEndObject();
    }
}
