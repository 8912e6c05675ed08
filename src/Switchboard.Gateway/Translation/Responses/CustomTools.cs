using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Responses;

/// <summary>
/// Tools that take a text and not an object (<c>custom</c>). To chat they are functions with one argument,
/// <c>input</c>, whose value is the text.
/// </summary>
internal static class CustomTools
{
    /// <summary>The arguments of a call, JSON.</summary>
    public static string ArgumentsOf(string input) => $"{{\"input\":\"{JsonEncodedText.Encode(input, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"}}";

    /// <summary>The text of a call.</summary>
    /// <param name="arguments">Its arguments, JSON as the model wrote it.</param>
    public static string InputOf(string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments);
            return document.RootElement.Text("input"u8) ?? arguments;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A model that writes the text itself, or half a character in it, means the same.
            return arguments;
        }
    }

    /// <summary>Writes the function that stands for a tool.</summary>
    public static void WriteFunction(Utf8JsonWriter json, JsonElement tool)
    {
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.Text("name"u8));
        if (tool.Find("description"u8) is { } description)
        {
            json.WriteRaw("description"u8, description);
        }

        json.WriteStartObject("parameters"u8);
        json.WriteString("type"u8, "object"u8);
        json.WriteStartObject("properties"u8);
        json.WriteStartObject("input"u8);
        json.WriteString("type"u8, "string"u8);
        if (tool.Find("format"u8) is { } format && format.Text("definition"u8) is { } definition)
        {
            // Nothing holds the model to it, but it can read it.
            json.WriteString("description"u8, $"A text that follows this {format.Text("syntax"u8)} grammar:\n{definition}");
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("required"u8);
        json.WriteStringValue("input"u8);
        json.WriteEndArray();
        json.WriteBoolean("additionalProperties"u8, false);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
