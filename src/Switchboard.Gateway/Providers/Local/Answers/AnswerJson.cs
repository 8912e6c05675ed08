using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>The parts that chat and completion answers share, as OpenAI writes them.</summary>
internal static class AnswerJson
{
    /// <summary>Text is UTF-8 as it is; only what JSON demands is escaped.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // What OpenAI writes for a token that the model holds to be impossible: JSON has no infinity.
    private const double Impossible = -9999;

    /// <summary>The members before <c>choices</c>.</summary>
    public static void WriteStamp(Utf8JsonWriter json, ReadOnlySpan<byte> kind, AnswerStamp stamp)
    {
        json.WriteString("id"u8, stamp.Id);
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, stamp.Created);
        json.WriteString("model"u8, stamp.Model);
    }

    /// <summary>The <c>usage</c> member.</summary>
    public static void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.Prompt);
        json.WriteNumber("completion_tokens"u8, usage.Completion);
        json.WriteNumber("total_tokens"u8, usage.Prompt + usage.Completion);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, 0);
        json.WriteNumber("audio_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, 0);
        json.WriteNumber("audio_tokens"u8, 0);
        json.WriteNumber("accepted_prediction_tokens"u8, 0);
        json.WriteNumber("rejected_prediction_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The <c>finish_reason</c> member.</summary>
    public static void WriteFinish(Utf8JsonWriter json, FinishKind? finish)
    {
        if (finish is null)
        {
            json.WriteNull("finish_reason"u8);
        }
        else
        {
            json.WriteString("finish_reason"u8, finish == FinishKind.Stop ? "stop"u8 : "length"u8);
        }
    }

    /// <summary>Why a choice ended, for spans.</summary>
    public static AnswerEnds EndsOf(FinishKind? finish) => finish switch
    {
        null => AnswerEnds.None,
        FinishKind.Stop => AnswerEnds.Stop,
        _ => AnswerEnds.Length,
    };

    /// <summary>
    /// The beginning of a chat answer without the one space that tokenizers of the SentencePiece kind put before the
    /// first word: it is theirs, not the model's.
    /// </summary>
    public static ReadOnlySpan<byte> WithoutFirstSpace(ReadOnlySpan<byte> text) => text is [(byte)' ', ..] ? text[1..] : text;

    /// <summary>A probability that JSON can hold.</summary>
    public static double Finite(double logProb) => double.IsFinite(logProb) ? logProb : Impossible;

    /// <summary>The <c>logprobs</c> member of a chat choice.</summary>
    public static void WriteChatLogProbs(Utf8JsonWriter json, IReadOnlyList<TokenLogProb>? tokens)
    {
        if (tokens is null)
        {
            json.WriteNull("logprobs"u8);
            return;
        }

        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            WriteToken(json, token);
            json.WriteStartArray("top_logprobs"u8);
            foreach (var top in token.Top)
            {
                json.WriteStartObject();
                WriteToken(json, top);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json, TokenLogProb token)
    {
        json.WriteString("token"u8, token.Token);
        json.WriteNumber("logprob"u8, Finite(token.LogProb));
        json.WriteStartArray("bytes"u8);
        foreach (var value in token.Bytes.Span)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
