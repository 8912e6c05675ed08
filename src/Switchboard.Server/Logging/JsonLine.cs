using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Access;
using Switchboard.Server.Configuration;

namespace Switchboard.Server.Logging;

/// <summary>Writes a line of the log as one JSON object.</summary>
internal static class JsonLine
{
    // What a template is called among its own values.
    private const string Template = "{OriginalFormat}";

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes it, and a line end.</summary>
    public static void Write(in LogLine line, Redactor redactor, ArrayBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, s_options))
        {
            json.WriteStartObject();
            Span<byte> time = stackalloc byte[32];
            line.At.UtcDateTime.TryFormat(time, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
            json.WriteString("timestamp"u8, time[..length]);
            json.WriteString("level"u8, LogLevels.NameOf(line.Level));
            json.WriteString("category"u8, line.Category);
            if (line.Event.Id != 0 || line.Event.Name is not null)
            {
                json.WriteNumber("event_id"u8, line.Event.Id);
                json.WriteString("event"u8, line.Event.Name);
            }

            json.WriteString("message"u8, line.Message);
            WriteOptional(json, "request_id", line.RequestId);
            WriteOptional(json, "trace_id", line.Trace);
            WriteOptional(json, "span_id", line.Span);
            WriteValues(json, line.Values, redactor);
            WriteOptional(json, "exception", line.Exception);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? values, Redactor redactor)
    {
        if (values is null || values.Count == 0 || values is [{ Key: Template }])
        {
            return;
        }

        json.WriteStartObject("fields"u8);
        foreach (var (name, value) in values)
        {
            if (name != Template)
            {
                json.WritePropertyName(name);
                WriteValue(json, value, redactor);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value, Redactor redactor)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case TimeSpan time:
                json.WriteNumberValue(time.TotalSeconds);
                break;
            case DateTimeOffset at:
                json.WriteStringValue(at.UtcDateTime);
                break;
            default:
                json.WriteStringValue(redactor.Redact(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? ""));
                break;
        }
    }
}
