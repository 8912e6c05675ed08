using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>Reads the markup in whole chat completions: <c>content</c> becomes content, <c>reasoning_content</c> and <c>tool_calls</c>.</summary>
/// <param name="format">How the model's text is read.</param>
/// <param name="tools">The tools of the request; null where it has none, and no call is looked for.</param>
internal sealed class MarkupAnswers(MarkupFormat format, ToolSchemas? tools)
{
    /// <summary>How answers are written.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes the answer with its markup read. One in which nothing is to be changed, or that is not understood, is written as it came.</summary>
    public void Write(ReadOnlySpan<byte> answer, IBufferWriter<byte> output)
    {
        var rewritten = new ArrayBufferWriter<byte>(answer.Length + 256);
        try
        {
            using var writer = new Utf8JsonWriter(rewritten, WriterOptions);
            if (WriteAnswer(writer, answer))
            {
                writer.Flush();
                output.Write(rewritten.WrittenSpan);
                return;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a string whose escapes make no characters.
        }

        output.Write(answer);
    }

    // False where nothing is changed.
    private bool WriteAnswer(Utf8JsonWriter writer, ReadOnlySpan<byte> answer)
    {
        var isChanged = false;
        writer.WriteStartObject();
        for (var members = new JsonParts(answer); members.Next();)
        {
            writer.WritePropertyName(members.Name);
            if (!members.Name.SequenceEqual("choices"u8))
            {
                writer.WriteRawValue(members.Value, skipInputValidation: true);
                continue;
            }

            writer.WriteStartArray();
            for (var choices = new JsonParts(members.Value); choices.Next();)
            {
                isChanged |= WriteChoice(writer, choices.Value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        return isChanged;
    }

    private bool WriteChoice(Utf8JsonWriter writer, ReadOnlySpan<byte> json)
    {
        var choice = new MarkupChoice(0, format, tools);
        var message = JsonParts.Find(json, "message"u8);
        if (choice.Read(JsonParts.Find(message, "content"u8), isLast: true))
        {
            writer.WriteRawValue(json, skipInputValidation: true);
            return false;
        }

        writer.WriteStartObject();
        for (var members = new JsonParts(json); members.Next();)
        {
            writer.WritePropertyName(members.Name);
            if (members.Name.SequenceEqual("message"u8))
            {
                WriteMessage(writer, message, choice.Events);
            }
            else if (members.Name.SequenceEqual("finish_reason"u8))
            {
                choice.WriteFinishReason(writer, members.Value);
            }
            else
            {
                writer.WriteRawValue(members.Value, skipInputValidation: true);
            }
        }

        writer.WriteEndObject();
        return true;
    }

    private static void WriteMessage(Utf8JsonWriter writer, ReadOnlySpan<byte> message, MarkupEvents events)
    {
        ReadOnlySpan<byte> reasoning = [];
        ReadOnlySpan<byte> calls = [];
        writer.WriteStartObject();
        for (var members = new JsonParts(message); members.Next();)
        {
            if (members.Name.SequenceEqual("content"u8))
            {
                writer.WritePropertyName("content"u8);
                WriteContent(writer, events);
            }
            else if (members.Name.SequenceEqual("reasoning_content"u8))
            {
                reasoning = members.Value;
            }
            else if (members.Name.SequenceEqual("tool_calls"u8))
            {
                calls = members.Value;
            }
            else
            {
                writer.WritePropertyName(members.Name);
                writer.WriteRawValue(members.Value, skipInputValidation: true);
            }
        }

        WriteReasoning(writer, reasoning, events);
        WriteCalls(writer, calls, events);
        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, MarkupEvents events)
    {
        if (events.Has(MarkupKind.Text) || events.Calls == 0)
        {
            events.WriteJoined(writer, MarkupKind.Text);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    // What the provider has told apart itself stays, and comes first.
    private static void WriteReasoning(Utf8JsonWriter writer, ReadOnlySpan<byte> own, MarkupEvents events)
    {
        if (events.Has(MarkupKind.Reasoning))
        {
            writer.WritePropertyName("reasoning_content"u8);
            events.WriteJoined(writer, MarkupKind.Reasoning, own is [(byte)'"', ..] ? StringOf(own) : "");
        }
        else if (!own.IsEmpty)
        {
            writer.WritePropertyName("reasoning_content"u8);
            writer.WriteRawValue(own, skipInputValidation: true);
        }
    }

    private static void WriteCalls(Utf8JsonWriter writer, ReadOnlySpan<byte> own, MarkupEvents events)
    {
        if (events.Calls == 0)
        {
            if (!own.IsEmpty)
            {
                writer.WritePropertyName("tool_calls"u8);
                writer.WriteRawValue(own, skipInputValidation: true);
            }

            return;
        }

        writer.WriteStartArray("tool_calls"u8);
        for (var calls = new JsonParts(own); calls.Next();)
        {
            writer.WriteRawValue(calls.Value, skipInputValidation: true);
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Kind == MarkupKind.ToolCall)
            {
                events.WriteCall(writer, events[i]);
            }
        }

        writer.WriteEndArray();
    }

    private static string StringOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.GetString()!;
    }
}
