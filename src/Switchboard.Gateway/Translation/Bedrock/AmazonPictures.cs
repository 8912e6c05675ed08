using System.Text.Json;
using Switchboard.Gateway.Translation.Pictures;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>
/// Pictures of Amazon's own models: by words; edits inside a mask, which here is black; without one, variations of
/// pictures, led by words where there are any.
/// </summary>
/// <param name="isTitan">It is a Titan, which knows a list of sizes; Nova Canvas takes any.</param>
/// <remarks>Source: the user guide of Amazon Nova, "Image generation and editing"; of Amazon Bedrock, "Amazon Titan Image Generator G1 models".</remarks>
internal sealed class AmazonPictures(bool isTitan) : PictureDialect
{
    private const int MostPictures = 5;

    private static readonly (string Name, double Ratio)[] s_sizesOfTitan =
    [
        .. from size in new[] { (1024, 1024), (768, 1152), (1152, 768), (768, 1280), (1280, 768), (896, 1152), (1152, 896), (768, 1408), (1408, 768), (640, 1408), (1408, 640) }
           select (string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{size.Item1}x{size.Item2}"), (double)size.Item1 / size.Item2),
    ];

    /// <inheritdoc/>
    public override string PathOf(string model) => BedrockDialect.PathOf(model, "invoke");

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, PictureRequest request, RequestNotes notes)
    {
        Check(request, notes);
        json.WriteStartObject();
        if (request.Images.Count == 0)
        {
            Begin(json, request, "TEXT_IMAGE", "textToImageParams");
        }
        else if (request.Mask is { } mask)
        {
            Begin(json, request, "INPAINTING", "inPaintingParams");
            json.WriteString("image"u8, request.Images[0].Base64.Span);
            AlphaMask.Write(json, "maskImage", mask, editsBlack: true, notes);
        }
        else
        {
            Begin(json, request, "IMAGE_VARIATION", "imageVariationParams");
            json.WriteStartArray("images"u8);
            foreach (var image in request.Images)
            {
                json.WriteStringValue(image.Base64.Span);
            }

            json.WriteEndArray();
            request.WriteNumber(json, "similarity_strength", "similarityStrength", notes);
        }

        json.WriteEndObject();
        WriteConfiguration(json, request, notes);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override IEnumerable<JsonElement> PicturesOf(JsonElement answer) =>
        answer.Find("images"u8) is { ValueKind: JsonValueKind.Array } images ? images.EnumerateArray() : [];

    /// <inheritdoc/>
    public override string? ReasonOf(JsonElement answer) => answer.Text("error"u8);

    private static void Check(PictureRequest request, RequestNotes notes)
    {
        request.Check(notes, MostPictures, member => member is "quality" or "seed" or "negative_prompt" or "cfg_scale" || (member == "similarity_strength" && request is { Images.Count: > 0, Mask: null }));
        if (request.Images.Count == 0 || request.Mask is not null)
        {
            request.CheckPrompt(notes);
        }

        if (request.Mask is null)
        {
            return;
        }

        request.CheckSingle(notes);
        if (request.Size is not null)
        {
            // What is edited keeps its size.
            notes.Lacks("size");
        }
    }

    private static void Begin(Utf8JsonWriter json, PictureRequest request, string task, string member)
    {
        json.WriteString("taskType"u8, task);
        json.WriteStartObject(member);
        if (!string.IsNullOrEmpty(request.Prompt))
        {
            json.WriteString("text"u8, request.Prompt);
        }

        request.WriteText(json, "negative_prompt", "negativeText");
    }

    private void WriteConfiguration(Utf8JsonWriter json, PictureRequest request, RequestNotes notes)
    {
        json.WriteStartObject("imageGenerationConfig"u8);
        json.WriteNumber("numberOfImages"u8, request.Count);
        if (request.Mask is null && SizeOf(request) is { } size)
        {
            json.WriteNumber("width"u8, size.Width);
            json.WriteNumber("height"u8, size.Height);
        }

        if (request.Text("quality") is { } quality)
        {
            json.WriteString("quality"u8, quality is "high" or "hd" or "premium" ? "premium"u8 : "standard"u8);
        }

        request.WriteNumber(json, "cfg_scale", "cfgScale", notes);
        request.WriteNumber(json, "seed", "seed", notes);
        json.WriteEndObject();
    }

    private (int Width, int Height)? SizeOf(PictureRequest request) =>
        !isTitan || request.Size is null or (512, 512) or (768, 768) ? request.Size : PictureRequest.SizeIn(PictureShapes.Nearest<string>(request, s_sizesOfTitan));
}
