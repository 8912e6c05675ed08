using System.Text.Json;
using Switchboard.Gateway.Translation.Pictures;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>
/// Pictures of Stability's models, one at a time: by words; by words and a picture, which is painted over as far as
/// <c>strength</c> says; and of the model that paints inside a mask, which here is white.
/// </summary>
/// <param name="isInpaint">It paints inside a mask, and wants a picture.</param>
/// <remarks>Source: the user guide of Amazon Bedrock, "Stability AI models".</remarks>
internal sealed class StabilityPictures(bool isInpaint) : PictureDialect
{
    // Has to be told with a picture. Between the picture (0) and the words alone (1).
    private const double UsualStrength = 0.7;

    private static readonly (string Name, double Ratio)[] s_ratios =
        [("1:1", 1), ("2:3", 2 / 3d), ("3:2", 3 / 2d), ("4:5", 4 / 5d), ("5:4", 5 / 4d), ("9:16", 9 / 16d), ("16:9", 16 / 9d), ("9:21", 9 / 21d), ("21:9", 21 / 9d)];

    /// <inheritdoc/>
    public override string PathOf(string model) => BedrockDialect.PathOf(model, "invoke");

    /// <inheritdoc/>
    public override int RequestsOf(PictureRequest request) => request.Count;

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, PictureRequest request, RequestNotes notes)
    {
        var isEdit = request.Images.Count > 0;
        Check(request, isEdit, notes);
        json.WriteStartObject();
        json.WriteString("prompt"u8, request.Prompt);
        if (isEdit)
        {
            json.WriteString("image"u8, request.Images[0].Base64.Span);
            WriteEdit(json, request, notes);
        }
        else if (PictureShapes.Nearest<string>(request, s_ratios) is { } ratio)
        {
            json.WriteString("aspect_ratio"u8, ratio);
        }

        request.WriteText(json, "output_format", "output_format");
        request.WriteText(json, "negative_prompt", "negative_prompt");
        request.WriteNumber(json, "seed", "seed", notes);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override IEnumerable<JsonElement> PicturesOf(JsonElement answer) =>
        answer.Find("images"u8) is { ValueKind: JsonValueKind.Array } images ? images.EnumerateArray() : [];

    /// <inheritdoc/>
    public override string? ReasonOf(JsonElement answer) => answer.First("finish_reasons"u8) is { ValueKind: JsonValueKind.String } reason ? reason.GetString() : null;

    private void Check(PictureRequest request, bool isEdit, RequestNotes notes)
    {
        request.Check(notes, isKnown: member => member is "output_format" or "negative_prompt" or "seed" || (member == "strength" && isEdit && !isInpaint));
        request.CheckPrompt(notes);
        request.CheckSingle(notes);
        if (isInpaint && !isEdit)
        {
            notes.Refuse("image", "the model paints on a picture, and there is none");
        }

        if (isEdit && request.Size is not null)
        {
            notes.Lacks("size");
        }

        if (!isInpaint && request.Mask is not null)
        {
            notes.LacksMuch("mask");
        }
    }

    private void WriteEdit(Utf8JsonWriter json, PictureRequest request, RequestNotes notes)
    {
        if (!isInpaint)
        {
            json.WriteString("mode"u8, "image-to-image"u8);
            if (request.Text("strength") is null)
            {
                json.WriteNumber("strength"u8, UsualStrength);
            }

            request.WriteNumber(json, "strength", "strength", notes);
        }
        else if (request.Mask is { } mask)
        {
            AlphaMask.Write(json, "mask", mask, editsBlack: false, notes);
        }
    }
}
