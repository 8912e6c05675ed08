using System.Text.Json;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>Where the texts of the events of a stream lie, in one dialect.</summary>
internal abstract class EventShape
{
    /// <summary>The shape of the streams of an operation.</summary>
    public static EventShape Of(ApiOperation operation, ApiDialect dialect) => (operation, dialect) switch
    {
        (_, ApiDialect.Anthropic) => AnthropicEvents.Instance,
        (_, ApiDialect.Gemini) => GeminiEvents.Instance,
        (ApiOperation.Responses or ApiOperation.Other, _) => ResponseEvents.Instance,
        (ApiOperation.Transcriptions or ApiOperation.Translations, _) => TranscriptEvents.Instance,
        _ => ChatEvents.Instance,
    };

    /// <summary>What comes in pieces comes as a whole, too, at its end.</summary>
    public virtual bool RepeatsTexts => false;

    /// <summary>Finds the texts of an event.</summary>
    /// <returns>What the event ends.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A name in it escapes half a character.</exception>
    public abstract EventEnd Read(ReadOnlySpan<byte> data, List<FoundText> found);

    /// <summary>The number of an event in its stream; null where it has none.</summary>
    public static long? NumberOf(ReadOnlySpan<byte> data) => NumberOf(data, "sequence_number"u8);

    /// <summary>A number that an event names; null where it does not.</summary>
    public static long? NumberOf(ReadOnlySpan<byte> data, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(data);
        return TryGo(ref reader, name) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
    }

    /// <summary>The type that an event names; null where it names none.</summary>
    protected static string? TypeOf(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        return TryGo(ref reader, "type"u8) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    private static bool TryGo(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}

/// <summary>Which texts an event ends.</summary>
/// <param name="Scope">All, or those of an item.</param>
/// <param name="Item">The number of the item, or block.</param>
internal readonly record struct EventEnd(EndScope Scope, int Item)
{
    /// <summary>All of them.</summary>
    public static EventEnd All => new(EndScope.All, 0);

    /// <summary>Those of the item whose number has this name.</summary>
    public static EventEnd OfItem(ReadOnlySpan<byte> data, ReadOnlySpan<byte> name) => new(EndScope.Item, (int)(EventShape.NumberOf(data, name) ?? 0));
}

/// <summary>How many texts an event ends.</summary>
internal enum EndScope
{
    /// <summary>None but those of the choices that it says so of.</summary>
    None,

    /// <summary>Those of its item or block.</summary>
    Item,

    /// <summary>All.</summary>
    All,
}

/// <summary>The events of chat and text completions.</summary>
internal sealed class ChatEvents : EventShape
{
    private static readonly TextMap s_map = new TextMap()
        .With(TextRole.ContentPiece, "choices[index].delta.content", "choices[index].delta.content[].text", "choices[index].delta.audio.transcript", "choices[index].text")
        .With(TextRole.RefusalPiece, "choices[index].delta.refusal")
        .With(
            TextRole.ArgumentsPiece,
            "choices[index].delta.tool_calls[index].function.arguments",
            "choices[index].delta.tool_calls[index].custom.input",
            "choices[index].delta.function_call.arguments")
        .With(
            TextRole.ReasoningPiece,
            "choices[index].delta.reasoning_content",
            "choices[index].delta.reasoning",
            "choices[index].delta.thinking",
            "choices[index].delta.content[].thinking",
            "choices[index].delta.content[].thinking[].text",
            "choices[index].delta.reasoning_details[].text",
            "choices[index].delta.reasoning_details[].summary")
        .With(TextRole.Echo, "choices[index].logprobs")
        .With(TextRole.End, "choices[index].finish_reason")
        .With(TextRole.Fault, "error");

    public static ChatEvents Instance { get; } = new();

    /// <inheritdoc/>
    public override EventEnd Read(ReadOnlySpan<byte> data, List<FoundText> found)
    {
        s_map.Find(data, found);
        return default;
    }
}

/// <summary>The events of transcriptions.</summary>
internal sealed class TranscriptEvents : EventShape
{
    private static readonly TextMap s_piece = new TextMap().With(TextRole.ContentPiece, "delta").With(TextRole.Echo, "logprobs");
    private static readonly TextMap s_other = new TextMap().With(TextRole.Content, "text").With(TextRole.Echo, "logprobs").With(TextRole.Fault, "error");

    public static TranscriptEvents Instance { get; } = new();

    /// <inheritdoc/>
    public override bool RepeatsTexts => true;

    /// <inheritdoc/>
    public override EventEnd Read(ReadOnlySpan<byte> data, List<FoundText> found)
    {
        var type = TypeOf(data);
        (type == "transcript.text.delta" ? s_piece : s_other).Find(data, found);
        return type == "transcript.text.done" ? EventEnd.All : default;
    }
}

/// <summary>The events of Anthropic's messages.</summary>
internal sealed class AnthropicEvents : EventShape
{
    private static readonly TextMap s_map = new TextMap { Numbers = ["index"u8.ToArray()] }
        .With(TextRole.Content, "delta.citation.cited_text")
        .WithBlock("content_block", BlockTexts.Deepest)
        .With(TextRole.ContentPiece, "delta.text", "delta.content", "content_block.text")
        .With(TextRole.ArgumentsPiece, "delta.partial_json")
        .With(TextRole.ReasoningPiece, "delta.thinking", "content_block.thinking")
        .With(TextRole.Fault, "error");

    public static AnthropicEvents Instance { get; } = new();

    /// <inheritdoc/>
    public override EventEnd Read(ReadOnlySpan<byte> data, List<FoundText> found)
    {
        s_map.Find(data, found);
        return TypeOf(data) switch
        {
            "content_block_stop" => EventEnd.OfItem(data, "index"u8),
            "message_delta" or "message_stop" => EventEnd.All,
            _ => default,
        };
    }
}

/// <summary>The events of Google's Gemini API.</summary>
internal sealed class GeminiEvents : EventShape
{
    private static readonly TextMap s_map = Add(new TextMap(), isPiece: true);

    public static GeminiEvents Instance { get; } = new();

    /// <summary>Where the texts of an answer lie.</summary>
    public static TextMap Add(TextMap map, bool isPiece) => map
        .With(isPiece ? TextRole.ContentPiece : TextRole.Content, "candidates[index].content.parts[].text")
        .With(TextRole.Arguments, "candidates[index].content.parts[].functionCall.args.**", "candidates[index].content.parts[].executableCode.code")
        .With(TextRole.Content, "candidates[index].content.parts[].codeExecutionResult.output")
        .With(TextRole.Echo, "candidates[index].logprobsResult")
        .With(TextRole.End, "candidates[index].finishReason")
        .With(TextRole.Fault, "error");

    /// <inheritdoc/>
    public override EventEnd Read(ReadOnlySpan<byte> data, List<FoundText> found)
    {
        s_map.Find(data, found);
        return default;
    }
}
