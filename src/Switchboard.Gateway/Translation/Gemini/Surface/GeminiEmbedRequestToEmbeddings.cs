using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary><c>embedContent</c> and <c>batchEmbedContents</c> as a request for embeddings.</summary>
/// <remarks>Source: the Gemini API, "Embeddings".</remarks>
internal static class GeminiEmbedRequestToEmbeddings
{
    /// <summary>Writes the request.</summary>
    /// <param name="chat">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="model">The model of its path.</param>
    /// <param name="isBatch">It asks for several.</param>
    public static void Write(ChatRequestWriter chat, JsonElement request, string model, bool isBatch)
    {
        var requests = isBatch ? request.GetList("requests").ToArray() : [request];
        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteStartArray("input"u8);
        foreach (var one in requests)
        {
            json.WriteStringValue(TextOf(chat, one));
        }

        json.WriteEndArray();
        json.WriteString("encoding_format"u8, "float"u8);
        if (requests.Select(one => one.Get("outputDimensionality")).OfType<JsonElement>().FirstOrDefault() is { ValueKind: JsonValueKind.Number } dimensions)
        {
            json.WriteRaw("dimensions"u8, dimensions);
        }

        json.WriteEndObject();
        foreach (var member in requests.Where(one => one.ValueKind == JsonValueKind.Object).SelectMany(one => one.EnumerateObject()))
        {
            if (GeminiNames.Of(member.Name) is not ("model" or "content" or "outputDimensionality") && member.Value.ValueKind != JsonValueKind.Null)
            {
                chat.Drop(member.Name);
            }
        }
    }

    private static string TextOf(ChatRequestWriter chat, JsonElement request)
    {
        var texts = request.Get("content")?.GetList("parts").Select(part => part.GetText("text")).ToArray() ?? [];
        if (texts.Length == 0 || texts.Contains(null))
        {
            chat.Refuse("content.parts", "'content.parts' must be parts with a text: nothing else is embedded here.");
        }

        return string.Join('\n', texts);
    }
}
