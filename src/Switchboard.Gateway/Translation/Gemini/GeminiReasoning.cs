using System.Globalization;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// What a message of the model brings back of its thoughts in <c>reasoning_details</c>, the shape of OpenRouter. The
/// signature of a call of a tool is not here but at the call.
/// </summary>
internal readonly struct GeminiReasoning
{
    /// <summary>How the details of Google's models are marked: those of others mean nothing here.</summary>
    public const string Format = "google-gemini-v1";

    /// <summary>What the id of a picture's signature begins with; its number among the pictures follows.</summary>
    public const string ImageId = "image-";

    private readonly List<JsonElement> _details;

    private GeminiReasoning(List<JsonElement> details) => _details = details;

    /// <summary>The signature of the text; null where there is none.</summary>
    public JsonElement? Signature => Encrypted(id: null);

    /// <summary>True where a message brings anything back.</summary>
    public static bool Has(JsonElement message) => Of(message)._details.Count > 0 || (message.Find("images"u8) is { ValueKind: JsonValueKind.Array } images && images.GetArrayLength() > 0);

    /// <summary>What a message brings back.</summary>
    public static GeminiReasoning Of(JsonElement message) => new(message.Find("reasoning_details"u8) is { ValueKind: JsonValueKind.Array } details
        ? [.. details.EnumerateArray().Where(detail => detail.Text("format"u8) == Format)]
        : []);

    /// <summary>Writes the thoughts that were signed.</summary>
    public void WriteThoughts(Utf8JsonWriter json)
    {
        foreach (var detail in _details)
        {
            if (detail.Find("signature"u8) is { ValueKind: JsonValueKind.String } signature && detail.Find("text"u8) is { ValueKind: JsonValueKind.String } text)
            {
                json.WriteStartObject();
                json.WriteBoolean("thought"u8, true);
                json.WriteRaw("text"u8, text);
                json.WriteRaw("thoughtSignature"u8, signature);
                json.WriteEndObject();
            }
        }
    }

    /// <summary>Writes the pictures of the message, which are the model's own.</summary>
    public void WriteImages(Utf8JsonWriter json, JsonElement message)
    {
        if (message.Find("images"u8) is not { ValueKind: JsonValueKind.Array } images)
        {
            return;
        }

        var index = 0;
        foreach (var image in images.EnumerateArray())
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{ImageId}{index++}");
            if (image.Find("image_url"u8)?.Find("url"u8) is not { } url || !DataUrl.TryRead(url.Utf8(), out var data))
            {
                continue;
            }

            json.WriteStartObject();
            GeminiParts.WriteInline(json, data.MediaType, data.Base64);
            if (Encrypted(id) is { } signature)
            {
                json.WriteRaw("thoughtSignature"u8, signature);
            }

            json.WriteEndObject();
        }
    }

    private JsonElement? Encrypted(string? id)
    {
        foreach (var detail in _details)
        {
            if (detail.Text("type"u8) == "reasoning.encrypted" && detail.Text("id"u8) == id && detail.Find("data"u8) is { ValueKind: JsonValueKind.String } data)
            {
                return data;
            }
        }

        return null;
    }
}
