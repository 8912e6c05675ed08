using System.Text.Json;

namespace Switchboard.Gateway.Translation;

/// <summary>The arguments of a tool call, a text in chat and an object in most other dialects.</summary>
internal static class ToolArguments
{
    /// <summary>Writes the arguments as an object. What is no object becomes <c>{}</c> when it is empty, and else the value of <c>input</c>: nothing is lost.</summary>
    public static void WriteObject(Utf8JsonWriter json, JsonElement arguments)
    {
        var text = arguments.ValueKind == JsonValueKind.String ? arguments.Utf8() : default;
        if (arguments.ValueKind == JsonValueKind.Object)
        {
            // Some clients write the object itself.
            json.WriteRaw(arguments);
        }
        else if (IsObject(text))
        {
            json.WriteRawValue(text, skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject();
            if (!text.Trim(" \t\r\n"u8).IsEmpty)
            {
                json.WriteString("input"u8, text);
            }

            json.WriteEndObject();
        }
    }

    /// <summary>True for the text of one JSON object and nothing else.</summary>
    public static bool IsObject(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        try
        {
            return json.Read() && json.TokenType == JsonTokenType.StartObject && json.TrySkip() && !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
