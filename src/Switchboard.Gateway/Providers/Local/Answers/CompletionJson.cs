using System.Text.Json;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>The <c>logprobs</c> member of a completion: four arrays side by side.</summary>
internal static class CompletionJson
{
    /// <summary>Writes the member.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="tokens">The tokens; null writes null.</param>
    /// <param name="top">How many likeliest tokens were asked for.</param>
    /// <param name="offset">Where in the text the first token begins.</param>
    /// <returns>Where the next token begins.</returns>
    public static int WriteLogProbs(Utf8JsonWriter json, IReadOnlyList<TokenLogProb>? tokens, int top, int offset)
    {
        if (tokens is null)
        {
            json.WriteNull("logprobs"u8);
            return offset;
        }

        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("tokens"u8);
        foreach (var token in tokens)
        {
            json.WriteStringValue(token.Token);
        }

        json.WriteEndArray();
        json.WriteStartArray("token_logprobs"u8);
        foreach (var token in tokens)
        {
            json.WriteNumberValue(AnswerJson.Finite(token.LogProb));
        }

        json.WriteEndArray();
        WriteTop(json, tokens, top);
        json.WriteStartArray("text_offset"u8);
        foreach (var token in tokens)
        {
            json.WriteNumberValue(offset);
            offset += token.Token.Length;
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return offset;
    }

    private static void WriteTop(Utf8JsonWriter json, IReadOnlyList<TokenLogProb> tokens, int top)
    {
        if (top == 0)
        {
            json.WriteNull("top_logprobs"u8);
            return;
        }

        json.WriteStartArray("top_logprobs"u8);
        foreach (var token in tokens)
        {
            // An object has a name once: two tokens of the same look (cut characters) are one, the likelier.
            var written = new HashSet<string>(StringComparer.Ordinal);
            json.WriteStartObject();
            foreach (var candidate in token.Top)
            {
                WriteOnce(json, written, candidate);
            }

            // The chosen token is always there, even where it is none of the likeliest.
            WriteOnce(json, written, token);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOnce(Utf8JsonWriter json, HashSet<string> written, TokenLogProb token)
    {
        if (written.Add(token.Token))
        {
            json.WriteNumber(token.Token, AnswerJson.Finite(token.LogProb));
        }
    }
}
