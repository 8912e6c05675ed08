using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Forms;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>What is heard: a model is given the sound and asked for its words, which a chat would be asked in the same way.</summary>
internal static class GeminiHearing
{
    /// <summary>Plain text is asked for.</summary>
    public static bool IsText(WholeForm form) => form.Text("response_format") == "text";

    /// <summary>Writes the request.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="form">The caller's form.</param>
    /// <param name="isTranslation">The words are asked for in English.</param>
    /// <param name="notes">What becomes of what cannot be said.</param>
    public static void Write(Utf8JsonWriter json, WholeForm form, bool isTranslation, RequestNotes notes)
    {
        if (form.File("file") is not { } file)
        {
            notes.Refuse("file", "the form has no file of that name");
            return;
        }

        Check(form, notes);
        json.WriteStartObject();
        json.WriteStartArray("contents"u8);
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("parts"u8);
        json.WriteStartObject();
        json.WriteString("text"u8, QuestionOf(form, isTranslation));
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteStartObject("inlineData"u8);
        json.WriteString("mimeType"u8, file.MediaType is { } type && type != "application/octet-stream" ? type : MediaTypes.OfName(file.FileName) ?? "audio/wav");
        json.WriteBase64String("data"u8, file.Data.Span);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("generationConfig"u8);
        if (form.Text("temperature") is { Length: > 0 } text)
        {
            WriteTemperature(json, text, notes);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Reads the answer; null where the model did not come to its end.</summary>
    public static ReadOnlyMemory<byte>? Read(JsonElement answer, bool isText, out TokenUsage? usage)
    {
        usage = null;
        if (answer.Find("candidates"u8) is not { ValueKind: JsonValueKind.Array } candidates || candidates.GetArrayLength() == 0 || candidates[0].Text("finishReason"u8) is not "STOP")
        {
            return null;
        }

        var parts = candidates[0].Find("content"u8)?.Find("parts"u8) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
        var words = string.Concat(parts.Where(part => !part.IsTrue("thought"u8)).Select(part => part.Text("text"u8))).Trim();
        var counted = new GeminiUsage();
        if (answer.Find("usageMetadata"u8) is { } told)
        {
            var reader = new Utf8JsonReader(told.Raw());
            reader.Read();
            counted.Read(ref reader);
            usage = counted.ToChat();
        }

        return isText ? System.Text.Encoding.UTF8.GetBytes(words + "\n") : WriteAnswer(words, counted);
    }

    private static ReadOnlyMemory<byte> WriteAnswer(string words, GeminiUsage counted)
    {
        var output = new ArrayBufferWriter<byte>(words.Length + 256);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("text"u8, words);
        if (counted.IsTold)
        {
            var usage = counted.ToChat();
            json.WriteStartObject("usage"u8);
            json.WriteString("type"u8, "tokens"u8);
            json.WriteNumber("input_tokens"u8, usage.Prompt);
            json.WriteStartObject("input_token_details"u8);
            json.WriteNumber("text_tokens"u8, usage.Prompt - usage.PromptAudio);
            json.WriteNumber("audio_tokens"u8, usage.PromptAudio);
            json.WriteEndObject();
            json.WriteNumber("output_tokens"u8, usage.Completion);
            json.WriteNumber("total_tokens"u8, usage.Prompt + usage.Completion);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private static void Check(WholeForm form, RequestNotes notes)
    {
        if (form.Text("response_format") is { } format and not ("json" or "text"))
        {
            notes.Refuse("response_format", $"'{format}' needs times, which Google's models do not tell; json and text can be had");
        }

        foreach (var name in form.Names)
        {
            switch (name)
            {
                case "model" or "file" or "prompt" or "language" or "response_format" or "temperature":
                    break;
                case "stream" when form.Text("stream") is "0" || string.Equals(form.Text("stream"), "false", StringComparison.OrdinalIgnoreCase):
                    break;
                case "stream":
                    notes.LacksMuch("stream");
                    break;
                default:
                    notes.Lacks(name);
                    break;
            }
        }
    }

    private static void WriteTemperature(Utf8JsonWriter json, string text, RequestNotes notes)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var temperature) && double.IsFinite(temperature))
        {
            json.WriteNumber("temperature"u8, temperature);
        }
        else
        {
            notes.Refuse("temperature", "it is no number");
        }
    }

    private static string QuestionOf(WholeForm form, bool isTranslation)
    {
        var question = isTranslation
            ? "Translate what is said in the audio into English. Answer with the translation alone."
            : "Write down word for word what is said in the audio. Answer with the words alone.";
        if (form.Text("language") is { Length: > 0 } language)
        {
            question += $" The language is {language}.";
        }

        return form.Text("prompt") is { Length: > 0 } prompt ? $"{question} What came before, and how names are spelled: {prompt}" : question;
    }
}
