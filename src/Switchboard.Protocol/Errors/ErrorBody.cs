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
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, Message);
        json.WriteString("type"u8, Type);
        json.WriteString("param"u8, Param);
        json.WriteString("code"u8, Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
