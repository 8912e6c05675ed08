using System.Globalization;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>Speech: models that speak answer with bare samples, which are told as they are or as a WAV file.</summary>
/// <remarks>Source: the Gemini API, "Text-to-speech generation".</remarks>
internal static class GeminiSpeech
{
    /// <summary>The bare samples are asked for.</summary>
    public static bool IsPcm(JsonElement request) => request.Text("response_format"u8) == "pcm";

    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement request, RequestNotes notes)
    {
        Check(request, notes);
        json.WriteStartObject();
        json.WriteStartArray("contents"u8);
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("parts"u8);
        json.WriteStartObject();

        // How it is to be said stands before what is to be said, with a colon: that is how these models are told.
        var input = request.Text("input"u8) ?? "";
        json.WriteString("text"u8, request.Text("instructions"u8) is { Length: > 0 } how ? $"{how.TrimEnd(' ', ':', '.')}: {input}" : input);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("generationConfig"u8);
        json.WriteStartArray("responseModalities"u8);
        json.WriteStringValue("AUDIO"u8);
        json.WriteEndArray();
        if ((request.Text("voice"u8) ?? request.Find("voice"u8)?.Text("id"u8)) is { Length: > 0 } voice)
        {
            GeminiModalities.WriteVoice(json, GeminiVoices.Of(voice));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Reads the answer: the file, or the samples; null where nothing was said, or not all.</summary>
    public static ReadOnlyMemory<byte>? Read(JsonElement answer, bool isPcm)
    {
        if (answer.Find("candidates"u8) is not { ValueKind: JsonValueKind.Array } candidates || candidates.GetArrayLength() == 0
            || candidates[0].Text("finishReason"u8) is not (null or "STOP")
            || candidates[0].Find("content"u8)?.Find("parts"u8) is not { ValueKind: JsonValueKind.Array } parts)
        {
            return null;
        }

        var samples = new List<byte>();
        var rate = PcmSound.Rate;
        foreach (var data in parts.EnumerateArray().Select(part => part.Find("inlineData"u8)).OfType<JsonElement>())
        {
            rate = RateOf(data.Text("mimeType"u8)) ?? rate;
            samples.AddRange(data.GetProperty("data"u8).GetBytesFromBase64());
        }

        if (samples.Count == 0)
        {
            return null;
        }

        return isPcm ? samples.ToArray() : PcmSound.ToWav(samples.ToArray(), rate);
    }

    // audio/L16;codec=pcm;rate=24000
    private static int? RateOf(string? mediaType)
    {
        const string Rate = "rate=";
        var at = mediaType?.IndexOf(Rate, StringComparison.Ordinal) ?? -1;
        return at >= 0 && int.TryParse(mediaType.AsSpan(at + Rate.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate is >= 8000 and <= 192_000 ? rate : null;
    }

    private static void Check(JsonElement request, RequestNotes notes)
    {
        foreach (var member in request.EnumerateObject())
        {
            switch (member.Name)
            {
                case "model" or "input" or "voice" or "instructions":
                    break;
                case "response_format":
                    if (member.Value.ValueKind != JsonValueKind.Null && member.Value.GetString() is not ("wav" or "pcm"))
                    {
                        notes.Refuse("response_format", "Google's models speak wav and pcm");
                    }

                    break;
                case "speed" when member.Value.ValueKind == JsonValueKind.Number && member.Value.GetDouble() == 1:
                    break;
                case "stream_format" when member.Value.ValueKind == JsonValueKind.String && !member.Value.ValueEquals("audio"u8):
                    notes.LacksMuch("stream_format");
                    break;
                case "stream_format":
                    break;
                default:
                    if (!RequestNotes.IsNeutral(member))
                    {
                        notes.Lacks(member.Name);
                    }

                    break;
            }
        }
    }
}
