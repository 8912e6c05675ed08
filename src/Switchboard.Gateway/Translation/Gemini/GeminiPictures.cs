using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// Pictures by words: Imagen models have a method of their own, Gemini models answer a chat with pictures. What comes is
/// always told as <c>b64_json</c>: there is no place where the gateway could keep a picture.
/// </summary>
/// <remarks>Source: the Gemini API, "Generate images using Imagen" and "Image generation with Gemini".</remarks>
internal static class GeminiPictures
{
    private const int MostPictures = 10;

    private static readonly (string Name, double Ratio)[] s_ratiosOfImagen = [("1:1", 1), ("3:4", 3 / 4d), ("4:3", 4 / 3d), ("9:16", 9 / 16d), ("16:9", 16 / 9d)];
    private static readonly (string Name, double Ratio)[] s_ratios = [.. s_ratiosOfImagen, ("2:3", 2 / 3d), ("3:2", 3 / 2d), ("4:5", 4 / 5d), ("5:4", 5 / 4d), ("21:9", 21 / 9d)];

    /// <summary>True for a model with a method of its own.</summary>
    public static bool IsImagen(string model) => model.Contains("imagen", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a request goes.</summary>
    public static string PathOf(string model) => GeminiDialect.PathOf(model, IsImagen(model) ? "predict" : "generateContent");

    /// <summary>How many requests make the pictures that are asked for: a Gemini model makes one at a time.</summary>
    public static int RequestsOf(JsonElement request, string model) => IsImagen(model) ? 1 : Count(request);

    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement request, string model, RequestNotes notes)
    {
        Check(request, notes);
        json.WriteStartObject();
        if (IsImagen(model))
        {
            WriteImagen(json, request);
        }
        else
        {
            WriteGemini(json, request);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads the answers to the requests.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="usage">The tokens that were told.</param>
    /// <returns>The answer in the API of OpenAI; null where no picture was made.</returns>
    public static ReadOnlyMemory<byte>? Read(IReadOnlyList<JsonElement> answers, TimeProvider time, out TokenUsage? usage)
    {
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("created"u8, time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteStartArray("data"u8);
        var count = 0;
        foreach (var picture in answers.SelectMany(PicturesOf))
        {
            json.WriteStartObject();
            json.WriteRaw("b64_json"u8, picture);
            json.WriteEndObject();
            count++;
        }

        json.WriteEndArray();
        usage = WriteUsage(json, answers);
        json.WriteEndObject();
        json.Flush();
        if (count == 0)
        {
            return null;
        }

        return output.WrittenMemory;
    }

    /// <summary>Why no picture was made, in Google's words; null where it has none.</summary>
    public static string? ReasonOf(JsonElement answer)
    {
        var candidate = First(answer, "candidates"u8);
        return First(answer, "predictions"u8).Text("raiFilteredReason"u8)
            ?? answer.Find("promptFeedback"u8)?.Text("blockReason"u8)
            ?? candidate.Text("finishMessage"u8) ?? candidate.Text("finishReason"u8);
    }

    private static JsonElement First(JsonElement answer, ReadOnlySpan<byte> name) =>
        answer.Find(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : default;

    private static void Check(JsonElement request, RequestNotes notes)
    {
        if (request.Integer("n"u8) is { } n and (< 1 or > MostPictures))
        {
            notes.Refuse("n", string.Create(CultureInfo.InvariantCulture, $"1 to {MostPictures} pictures can be asked for, and not {n}"));
        }

        if (request.Text("prompt"u8) is null)
        {
            notes.Refuse("prompt", "it is no text");
        }

        foreach (var member in request.EnumerateObject())
        {
            if (member.Name is "model" or "prompt" or "n" || RequestNotes.IsNeutral(member) || IsAuto(member.Value))
            {
                continue;
            }

            switch (member.Name)
            {
                case "size" when RatioOf(request, s_ratios) is not null:
                case "response_format" when member.Value.ValueEquals("b64_json"u8):
                    break;
                case "response_format" or "stream":
                    notes.LacksMuch(member.Name);
                    break;
                default:
                    notes.Lacks(member.Name);
                    break;
            }
        }
    }

    private static bool IsAuto(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals("auto"u8);

    private static int Count(JsonElement request) => Math.Clamp(request.Integer("n"u8) ?? 1, 1, MostPictures);

    private static void WriteImagen(Utf8JsonWriter json, JsonElement request)
    {
        json.WriteStartArray("instances"u8);
        json.WriteStartObject();
        json.WriteString("prompt"u8, request.Text("prompt"u8));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("parameters"u8);
        json.WriteNumber("sampleCount"u8, Count(request));
        if (RatioOf(request, s_ratiosOfImagen) is { } ratio)
        {
            json.WriteString("aspectRatio"u8, ratio);
        }

        json.WriteEndObject();
    }

    private static void WriteGemini(Utf8JsonWriter json, JsonElement request)
    {
        json.WriteStartArray("contents"u8);
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("parts"u8);
        json.WriteStartObject();
        json.WriteString("text"u8, request.Text("prompt"u8));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("generationConfig"u8);
        json.WriteStartArray("responseModalities"u8);
        json.WriteStringValue("TEXT"u8);
        json.WriteStringValue("IMAGE"u8);
        json.WriteEndArray();
        if (RatioOf(request, s_ratios) is { } ratio)
        {
            json.WriteStartObject("imageConfig"u8);
            json.WriteString("aspectRatio"u8, ratio);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // 1536x1024 is 3:2: Google is told a shape and no size.
    private static string? RatioOf(JsonElement request, (string Name, double Ratio)[] known)
    {
        var sides = request.Text("size"u8)?.Split('x');
        return sides is [var left, var right]
            && int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && width > 0 && height > 0
            ? known.MinBy(ratio => Math.Abs(Math.Log(ratio.Ratio * height / width))).Name
            : null;
    }

    private static IEnumerable<JsonElement> PicturesOf(JsonElement answer)
    {
        if (answer.Find("predictions"u8) is { ValueKind: JsonValueKind.Array } predictions)
        {
            return Pictures(predictions.EnumerateArray().Select(prediction => prediction.Find("bytesBase64Encoded"u8)));
        }

        return First(answer, "candidates"u8).Find("content"u8)?.Find("parts"u8) is { ValueKind: JsonValueKind.Array } parts
            ? Pictures(parts.EnumerateArray().Where(part => !part.IsTrue("thought"u8)).Select(part => part.Find("inlineData"u8)?.Find("data"u8)))
            : [];

        static IEnumerable<JsonElement> Pictures(IEnumerable<JsonElement?> values) => values.OfType<JsonElement>().Where(value => value.ValueKind == JsonValueKind.String);
    }

    private static TokenUsage? WriteUsage(Utf8JsonWriter json, IReadOnlyList<JsonElement> answers)
    {
        var (prompt, completion) = (0, 0);
        foreach (var usage in answers.Select(answer => answer.Find("usageMetadata"u8)).OfType<JsonElement>())
        {
            prompt += usage.Integer("promptTokenCount"u8) ?? 0;
            completion += (usage.Integer("candidatesTokenCount"u8) ?? 0) + (usage.Integer("thoughtsTokenCount"u8) ?? 0);
        }

        if (prompt + completion == 0)
        {
            return null;
        }

        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, prompt);
        json.WriteNumber("output_tokens"u8, completion);
        json.WriteNumber("total_tokens"u8, prompt + completion);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("text_tokens"u8, prompt);
        json.WriteNumber("image_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteEndObject();
        return new TokenUsage(prompt, completion);
    }
}
