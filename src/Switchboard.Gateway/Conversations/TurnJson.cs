using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Conversations;

/// <summary>The JSON of turns: events for their caller, items for the conversation.</summary>
internal static class TurnJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes an event with a piece of text. Nothing is allocated: there is one a token.</summary>
    public static void WriteDelta(IBufferWriter<byte> output, ReadOnlySpan<byte> conversation, ReadOnlySpan<byte> escaped)
    {
        output.Write("data: {\"delta\":\""u8);
        output.Write(escaped);
        output.Write("\",\"conversation_id\":\""u8);
        output.Write(conversation);
        output.Write("\",\"finished\":false,\"tokens_used\":null}\n\n"u8);
    }

    /// <summary>Writes the event that ends a turn.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="conversation">The conversation's id, as UTF-8.</param>
    /// <param name="result">What became of it; null where it failed.</param>
    /// <param name="error">Why it failed.</param>
    public static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> conversation, TurnResult? result, ErrorBody? error)
    {
        var data = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(data, s_options))
        {
            json.WriteStartObject();
            json.WriteString("delta"u8, ""u8);
            json.WriteString("conversation_id"u8, conversation);
            json.WriteBoolean("finished"u8, true);
            if (result is not null)
            {
                WriteResult(json, result);
            }
            else
            {
                json.WriteNull("tokens_used"u8);
                WriteError(json, error!);
            }

            json.WriteEndObject();
        }

        SseWriter.WriteData(output, data.WrittenSpan);
    }

    /// <summary>Writes what is known of a turn that was kept, but its text.</summary>
    public static void WriteResult(Utf8JsonWriter json, TurnResult result)
    {
        json.WriteNumber("tokens_used"u8, result.Tokens);
        json.WriteString("model"u8, result.Model);
        json.WriteString("timestamp"u8, result.At.ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", System.Globalization.CultureInfo.InvariantCulture));
        json.WritePropertyName("cost_estimate"u8);
        if (result.Cost is { } cost)
        {
            json.WriteNumberValue(cost / 1_000_000_000m);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteString("finish_reason"u8, FinishReasons.Word(result.Reason));
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, result.PromptTokens);
        json.WriteNumber("completion_tokens"u8, result.Tokens - result.PromptTokens);
        json.WriteNumber("total_tokens"u8, result.Tokens);
        json.WriteEndObject();
    }

    /// <summary>The item of a message.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="isUser">Whether the user says it, or the model.</param>
    /// <param name="escaped">The text as it stands inside a JSON string.</param>
    /// <param name="isWhole">It says all that was to be said.</param>
    public static byte[] Item(string id, bool isUser, ReadOnlySpan<byte> escaped, bool isWhole = true)
    {
        var buffer = new ArrayBufferWriter<byte>(escaped.Length + 192);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("type"u8, "message"u8);
            json.WriteString("status"u8, isWhole ? "completed"u8 : "incomplete"u8);
            json.WriteStartArray("content"u8);
            json.WriteStartObject();
            json.WriteString("type"u8, isUser ? "input_text"u8 : "output_text"u8);
            if (!isUser)
            {
                json.WriteStartArray("annotations"u8);
                json.WriteEndArray();
                json.WriteStartArray("logprobs"u8);
                json.WriteEndArray();
            }

            json.WritePropertyName("text"u8);
            json.WriteRawValue([(byte)'"', .. escaped, (byte)'"'], skipInputValidation: true);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("role"u8, isUser ? "user"u8 : "assistant"u8);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes an error for both kinds of reader: as OpenAI has it, and as a sentence.</summary>
    private static void WriteError(Utf8JsonWriter json, ErrorBody error)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, error.Type);
        json.WriteString("param"u8, error.Param);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
        json.WriteString("detail"u8, error.Message);
    }
}
