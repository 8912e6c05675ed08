using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>Writes arguments as JSON that models write as raw text: what type a value has, the tool's schema tells.</summary>
internal static class ArgumentWriter
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    /// <summary>Writes JSON into memory.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, s_options))
        {
            write(writer);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes a value by its schema; what does not fit is a string.</summary>
    public static void WriteValue(Utf8JsonWriter writer, ReadOnlySpan<byte> raw, Schema schema)
    {
        var types = schema.Types;
        var value = MarkupText.Trim(raw);
        if (types == SchemaTypes.String || !TryWriteTyped(writer, value, types))
        {
            writer.WriteStringValue(WithoutOuterLines(raw));
        }
    }

    /// <summary>Writes a value that is JSON, or Python; what is neither is a string.</summary>
    public static void WriteLiteral(Utf8JsonWriter writer, ReadOnlySpan<byte> raw)
    {
        var value = MarkupText.Trim(raw);
        if (!TryWriteJson(writer, value))
        {
            writer.WriteStringValue(WithoutOuterLines(raw));
        }
    }

    private static bool TryWriteTyped(Utf8JsonWriter writer, ReadOnlySpan<byte> value, SchemaTypes types)
    {
        if (value.IsEmpty)
        {
            return TryWriteEmpty(writer, types);
        }

        var isStructure = value[0] is (byte)'{' or (byte)'[';
        if (isStructure && (types == SchemaTypes.None || (types & (SchemaTypes.Object | SchemaTypes.Array)) != 0))
        {
            return TryWriteJson(writer, value);
        }

        if ((types & SchemaTypes.Null) != 0 && (Is(value, "null"u8) || Is(value, "none"u8)))
        {
            writer.WriteNullValue();
            return true;
        }

        if ((types & SchemaTypes.Boolean) != 0 && (Is(value, "true"u8) || Is(value, "false"u8)))
        {
            writer.WriteBooleanValue(Is(value, "true"u8));
            return true;
        }

        return (types & (SchemaTypes.Integer | SchemaTypes.Number)) != 0 && (value[0] == '-' || char.IsAsciiDigit((char)value[0])) && TryWriteParsed(writer, value);
    }

    private static bool TryWriteEmpty(Utf8JsonWriter writer, SchemaTypes types)
    {
        if (types is SchemaTypes.Object or SchemaTypes.Array)
        {
            writer.WriteRawValue(types == SchemaTypes.Object ? "{}"u8 : "[]"u8);
            return true;
        }

        return false;
    }

    private static bool TryWriteJson(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        if (TryWriteParsed(writer, value))
        {
            return true;
        }

        // Read whole before any of it is written.
        if (PythonReader.TryReadValue(value) is not { } json)
        {
            return false;
        }

        writer.WriteRawValue(json, skipInputValidation: true);
        return true;
    }

    private static bool TryWriteParsed(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        using var document = ParsedCall.Parse(value);
        document?.RootElement.WriteTo(writer);
        return document is not null;
    }

    private static bool Is(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(value, word);

    // Templates put a value on lines of its own.
    private static ReadOnlySpan<byte> WithoutOuterLines(ReadOnlySpan<byte> value)
    {
        value = value.StartsWith("\n"u8) ? value[1..] : value;
        return value.EndsWith("\n"u8) ? value[..^1] : value;
    }
}
