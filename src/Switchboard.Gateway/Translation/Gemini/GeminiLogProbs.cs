using System.Buffers;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>The probabilities of tokens: two lists side by side with Google, one of what was taken and one of what could have been.</summary>
internal static class GeminiLogProbs
{
    /// <summary>Tells <c>logprobsResult</c>.</summary>
    public static void Write(JsonElement result, IChatOutput output, int choice)
    {
        if (result.Find("chosenCandidates"u8) is not { ValueKind: JsonValueKind.Array } chosen || chosen.GetArrayLength() == 0)
        {
            return;
        }

        var top = result.Find("topCandidates"u8) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var token in chosen.EnumerateArray())
            {
                json.WriteStartObject();
                WriteToken(json, token);
                json.WriteStartArray("top_logprobs"u8);
                WriteTop(json, top.MoveNext() ? top.Current : default);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.LogProbs(choice, buffer.WrittenSpan);
    }

    private static void WriteTop(Utf8JsonWriter json, JsonElement top)
    {
        if (top.Find("candidates"u8) is not { ValueKind: JsonValueKind.Array } others)
        {
            return;
        }

        foreach (var other in others.EnumerateArray())
        {
            json.WriteStartObject();
            WriteToken(json, other);
            json.WriteEndObject();
        }
    }

    private static void WriteToken(Utf8JsonWriter json, JsonElement token)
    {
        var text = token.Text("token"u8) ?? "";
        json.WriteString("token"u8, text);
        json.WritePropertyName("logprob"u8);
        if (token.Find("logProbability"u8) is { ValueKind: JsonValueKind.Number } number)
        {
            json.WriteRaw(number);
        }
        else
        {
            // proto3 leaves out what is 0.
            json.WriteNumberValue(0);
        }

        json.WriteStartArray("bytes"u8);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
