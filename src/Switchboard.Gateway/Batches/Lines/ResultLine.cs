using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Batches.Lines;

/// <summary>The lines of output and error files, as OpenAI has them, each with its end.</summary>
internal static class ResultLine
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonReaderOptions s_deep = new() { MaxDepth = RequestReader.MaxDepth };

    /// <summary>A line that was answered, well or not.</summary>
    /// <param name="id">The id of its request.</param>
    /// <param name="customId">What its owner calls it.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The answer; what is no JSON goes in as a string.</param>
    public static ReadOnlyMemory<byte> Of(string id, string customId, int status, ReadOnlyMemory<byte> body)
    {
        var line = new ArrayBufferWriter<byte>(body.Length + 256);
        using (var json = new Utf8JsonWriter(line, s_options))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("custom_id"u8, customId);
            json.WriteStartObject("response"u8);
            json.WriteNumber("status_code"u8, status);
            json.WriteString("request_id"u8, id);
            json.WritePropertyName("body"u8);
            if (IsJson(body.Span))
            {
                json.WriteRawValue(OneLine(body).Span, skipInputValidation: true);
            }
            else
            {
                json.WriteStringValue(Encoding.UTF8.GetString(body.Span));
            }

            json.WriteEndObject();
            json.WriteNull("error"u8);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }

    /// <summary>A line that was answered with an error.</summary>
    public static ReadOnlyMemory<byte> Of(string id, string customId, GatewayError error)
    {
        var body = new ArrayBufferWriter<byte>(256);
        error.Body.WriteTo(body);
        return Of(id, customId, error.Status, body.WrittenMemory);
    }

    /// <summary>A line that was not asked, for its time ran out.</summary>
    public static ReadOnlyMemory<byte> Expired(string id, string customId)
    {
        var line = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(line, s_options))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("custom_id"u8, customId);
            json.WriteNull("response"u8);
            json.WriteStartObject("error"u8);
            json.WriteString("code"u8, "batch_expired"u8);
            json.WriteString("message"u8, "This request could not be executed before the completion window expired."u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }

    /// <summary>What the owner calls the line that a whole result line is of; null where it is none.</summary>
    public static string? CustomIdOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line, s_deep);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isId = json.ValueTextEquals("custom_id"u8);
                json.Read();
                if (isId)
                {
                    return json.GetString();
                }

                json.Skip();
            }

            return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body, s_deep);
            while (json.Read())
            {
            }

            return body.Length > 0 && System.Text.Unicode.Utf8.IsValid(body);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Between its tokens JSON may have line ends, inside of them it has none.
    private static ReadOnlyMemory<byte> OneLine(ReadOnlyMemory<byte> body)
    {
        if (!body.Span.ContainsAny((byte)'\r', (byte)'\n'))
        {
            return body;
        }

        var line = body.ToArray();
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        return line;
    }
}
