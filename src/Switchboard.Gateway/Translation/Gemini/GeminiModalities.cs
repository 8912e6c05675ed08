using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>What kinds of answer are wanted, and the voice of one that is spoken.</summary>
internal static class GeminiModalities
{
    /// <summary>Writes <c>responseModalities</c> and <c>speechConfig</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, GeminiOwnMembers own, bool isStream, RequestNotes notes)
    {
        var modalities = chat.Root.Find("modalities"u8) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(modality => modality.ValueKind == JsonValueKind.String).Select(modality => modality.GetString()!).ToArray()
            : [];
        var isSpoken = modalities.Contains("audio");
        if (modalities.Any(modality => modality != "text") && !own.Sets("responseModalities"))
        {
            json.WriteStartArray("responseModalities"u8);

            // Those that speak do nothing else, and refuse to be asked for text beside it.
            foreach (var modality in isSpoken ? ["audio"] : modalities)
            {
                json.WriteStringValue(modality.ToUpperInvariant());
            }

            json.WriteEndArray();
        }

        if (isSpoken)
        {
            WriteVoice(json, chat, own, isStream, notes);
        }
        else if (chat.Root.Find("audio"u8) is not null)
        {
            notes.Lacks("audio");
        }
    }

    /// <summary>Writes <c>speechConfig</c> for one of Google's voices.</summary>
    public static void WriteVoice(Utf8JsonWriter json, string voice)
    {
        json.WriteStartObject("speechConfig"u8);
        json.WriteStartObject("voiceConfig"u8);
        json.WriteStartObject("prebuiltVoiceConfig"u8);
        json.WriteString("voiceName"u8, voice);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteVoice(Utf8JsonWriter json, ChatRequestView chat, GeminiOwnMembers own, bool isStream, RequestNotes notes)
    {
        var audio = chat.Root.Find("audio"u8);
        var expected = isStream ? "pcm16" : "wav";
        if (audio?.Text("format"u8) is { } format && format != expected)
        {
            notes.Refuse("audio.format", $"sound comes as {expected} in {(isStream ? "a stream" : "an answer that does not stream")}");
        }

        if (!own.Sets("speechConfig") && (audio?.Text("voice"u8) ?? audio?.Find("voice"u8)?.Text("id"u8)) is { Length: > 0 } voice)
        {
            WriteVoice(json, GeminiVoices.Of(voice));
        }
    }
}
