using System.Text.Json;
using Switchboard.Gateway.Translation.Pictures;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// Pictures of Gemini models, which answer a chat with them, one at a time: by words, or of pictures that stand beside
/// the words. They edit by words alone: a mask has no place.
/// </summary>
/// <remarks>Source: the Gemini API, "Image generation with Gemini".</remarks>
internal sealed class GeminiPictures : PictureDialect
{
    private static readonly (string Name, double Ratio)[] s_ratios =
        [.. ImagenPictures.Ratios, ("2:3", 2 / 3d), ("3:2", 3 / 2d), ("4:5", 4 / 5d), ("5:4", 5 / 4d), ("21:9", 21 / 9d)];

    /// <inheritdoc/>
    public override string PathOf(string model) => GeminiDialect.PathOf(model, "generateContent");

    /// <inheritdoc/>
    public override int RequestsOf(PictureRequest request) => request.Count;

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, PictureRequest request, RequestNotes notes)
    {
        request.Check(notes);
        request.CheckPrompt(notes);
        if (request.Mask is not null)
        {
            notes.LacksMuch("mask");
        }

        json.WriteStartObject();
        json.WriteStartArray("contents"u8);
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("parts"u8);
        json.WriteStartObject();
        json.WriteString("text"u8, request.Prompt);
        json.WriteEndObject();
        foreach (var image in request.Images)
        {
            WriteImage(json, image);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        WriteConfiguration(json, request);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override IEnumerable<JsonElement> PicturesOf(JsonElement answer) =>
        answer.First("candidates"u8).Find("content"u8)?.Find("parts"u8) is { ValueKind: JsonValueKind.Array } parts
            ? parts.EnumerateArray().Where(part => !part.IsTrue("thought"u8)).Select(part => part.Find("inlineData"u8)?.Find("data"u8)).OfType<JsonElement>()
            : [];

    /// <inheritdoc/>
    public override string? ReasonOf(JsonElement answer) => GeminiFinish.ReasonOf(answer);

    /// <inheritdoc/>
    public override PictureUsage? UsageOf(JsonElement answer)
    {
        if (answer.Find("usageMetadata"u8) is not { } usage)
        {
            return null;
        }

        var told = new PictureUsage(
            usage.Integer("promptTokenCount"u8) ?? 0,
            usage.Find("promptTokensDetails"u8) is { ValueKind: JsonValueKind.Array } details ? details.EnumerateArray().Where(detail => detail.Text("modality"u8) == "IMAGE").Sum(detail => detail.Integer("tokenCount"u8) ?? 0) : 0,
            (usage.Integer("candidatesTokenCount"u8) ?? 0) + (usage.Integer("thoughtsTokenCount"u8) ?? 0));
        return told.Prompt + told.Completion > 0 ? told : null;
    }

    private static void WriteImage(Utf8JsonWriter json, InputPicture image)
    {
        json.WriteStartObject();
        json.WriteStartObject("inlineData"u8);
        json.WriteString("mimeType"u8, image.MediaType);
        json.WriteString("data"u8, image.Base64.Span);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteConfiguration(Utf8JsonWriter json, PictureRequest request)
    {
        json.WriteStartObject("generationConfig"u8);
        json.WriteStartArray("responseModalities"u8);
        json.WriteStringValue("TEXT"u8);
        json.WriteStringValue("IMAGE"u8);
        json.WriteEndArray();
        if (PictureShapes.Nearest<string>(request, s_ratios) is { } ratio)
        {
            json.WriteStartObject("imageConfig"u8);
            json.WriteString("aspectRatio"u8, ratio);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
