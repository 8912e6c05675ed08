using System.Text.Json;
using Switchboard.Gateway.Translation.Pictures;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>Pictures of Imagen models, which have a method of their own: by words, and at Vertex AI edits of a picture inside a mask.</summary>
/// <param name="isVertex">It is Vertex AI.</param>
/// <remarks>Source: the Gemini API, "Generate images using Imagen"; Vertex AI, "Edit images".</remarks>
internal sealed class ImagenPictures(bool isVertex) : PictureDialect
{
    /// <summary>The shapes that pictures of Imagen have.</summary>
    public static readonly (string Name, double Ratio)[] Ratios = [("1:1", 1), ("3:4", 3 / 4d), ("4:3", 4 / 3d), ("9:16", 9 / 16d), ("16:9", 16 / 9d)];

    /// <summary>True for a model with a method of its own.</summary>
    public static bool Has(string model) => model.Contains("imagen", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string PathOf(string model) => GeminiDialect.PathOf(model, "predict");

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, PictureRequest request, RequestNotes notes)
    {
        request.Check(notes);
        request.CheckPrompt(notes);
        var isEdit = request.Images.Count > 0;
        if (isEdit)
        {
            CheckEdit(request, notes);
        }

        json.WriteStartObject();
        json.WriteStartArray("instances"u8);
        json.WriteStartObject();
        json.WriteString("prompt"u8, request.Prompt);
        if (isEdit)
        {
            WriteReferences(json, request, notes);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("parameters"u8);
        if (isEdit)
        {
            json.WriteString("editMode"u8, "EDIT_MODE_INPAINT_INSERTION"u8);
        }

        json.WriteNumber("sampleCount"u8, request.Count);
        if (!isEdit && PictureShapes.Nearest<string>(request, Ratios) is { } ratio)
        {
            json.WriteString("aspectRatio"u8, ratio);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override IEnumerable<JsonElement> PicturesOf(JsonElement answer) =>
        answer.Find("predictions"u8) is { ValueKind: JsonValueKind.Array } predictions
            ? predictions.EnumerateArray().Select(prediction => prediction.Find("bytesBase64Encoded"u8)).OfType<JsonElement>()
            : [];

    /// <inheritdoc/>
    public override string? ReasonOf(JsonElement answer) => answer.First("predictions"u8).Text("raiFilteredReason"u8);

    private void CheckEdit(PictureRequest request, RequestNotes notes)
    {
        if (!isVertex)
        {
            notes.Refuse("model", "Imagen edits pictures at Vertex AI alone; Gemini's image models edit here too");
        }

        request.CheckSingle(notes);
        if (request.Mask is null)
        {
            notes.Refuse("mask", "Imagen edits inside a mask, and there is none; Gemini's image models edit by words");
        }

        if (request.Size is not null)
        {
            notes.Lacks("size");
        }
    }

    private static void WriteReferences(Utf8JsonWriter json, PictureRequest request, RequestNotes notes)
    {
        json.WriteStartArray("referenceImages"u8);
        json.WriteStartObject();
        json.WriteString("referenceType"u8, "REFERENCE_TYPE_RAW"u8);
        json.WriteNumber("referenceId"u8, 1);
        json.WriteStartObject("referenceImage"u8);
        json.WriteString("bytesBase64Encoded"u8, request.Images[0].Base64.Span);
        json.WriteEndObject();
        json.WriteEndObject();
        if (request.Mask is { } mask)
        {
            json.WriteStartObject();
            json.WriteString("referenceType"u8, "REFERENCE_TYPE_MASK"u8);
            json.WriteNumber("referenceId"u8, 2);
            json.WriteStartObject("referenceImage"u8);
            AlphaMask.Write(json, "bytesBase64Encoded", mask, editsBlack: false, notes);
            json.WriteEndObject();
            json.WriteStartObject("maskImageConfig"u8);
            json.WriteString("maskMode"u8, "MASK_MODE_USER_PROVIDED"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
