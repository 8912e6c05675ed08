using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>
/// Reads the markup in the chunks of one stream of a chat completion: <c>content</c> becomes content,
/// <c>reasoning_content</c> and <c>tool_calls</c>. A chunk in which nothing is to be changed passes as it came.
/// </summary>
/// <param name="format">How the model's text is read.</param>
/// <param name="tools">The tools of the request; null where it has none, and no call is looked for.</param>
/// <remarks>
/// A chunk that says several things leaves as several, in their order; what else it has in its delta, the role among it,
/// goes with the first, what it has beside (usage, log probabilities, reason to finish) with the last. One whose text is
/// held back, and that has nothing else, does not leave. Not thread-safe.
/// </remarks>
internal sealed class MarkupChunks(MarkupFormat format, ToolSchemas? tools)
{
    private const int MostChoices = 128;

    private readonly List<MarkupChoice> _choices = [];
    private readonly ArrayBufferWriter<byte> _chunk = new();
    private Utf8JsonWriter? _writer;

    private Utf8JsonWriter Writer => _writer ??= new Utf8JsonWriter(_chunk, MarkupAnswers.WriterOptions);

    /// <summary>Takes the JSON of a chunk. What it does not understand leaves as it came.</summary>
    public void Write(ReadOnlySpan<byte> chunk, IChunkOutput output)
    {
        try
        {
            var choices = JsonParts.Find(chunk, "choices"u8);
            if (Read(choices))
            {
                output.Chunk(chunk);
            }
            else
            {
                Rewrite(chunk, choices, output);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a string whose escapes make no characters.
            output.Chunk(chunk);
        }

        foreach (var choice in _choices)
        {
            choice.Events.Clear();
        }
    }

    /// <summary>The stream is at its end: what is held of choices that gave no reason to finish leaves.</summary>
    public void Finish(IChunkOutput output)
    {
        foreach (var choice in _choices.Where(choice => !choice.IsFinished))
        {
            choice.Finish();
            choice.OthersAreWritten = true;
            if (choice.Events.Count > 0)
            {
                WriteFirst(choice.LastChunk, ItemOf(choice), choice, choice.Events.Count, output);
                choice.Events.Clear();
            }
        }
    }

    // True where no choice says anything but what it said.
    private bool Read(ReadOnlySpan<byte> choices)
    {
        var isSame = true;
        for (var items = new JsonParts(choices); items.Next();)
        {
            if (ChoiceOf(items.Value) is not { } choice)
            {
                continue;
            }

            var content = JsonParts.Find(JsonParts.Find(items.Value, "delta"u8), "content"u8);
            var isLast = IsSaid(JsonParts.Find(items.Value, "finish_reason"u8));
            isSame &= choice.Read(content, isLast) && (!isLast || choice.Events.Calls == 0);
        }

        return isSame;
    }

    private void Rewrite(ReadOnlySpan<byte> chunk, ReadOnlySpan<byte> choices, IChunkOutput output)
    {
        var isWorth = IsSaid(JsonParts.Find(chunk, "usage"u8));
        for (var items = new JsonParts(choices); items.Next();)
        {
            if (ChoiceOf(items.Value) is not { } choice)
            {
                isWorth = true;
                continue;
            }

            choice.Keep(chunk);
            choice.OthersAreWritten = false;
            var isLast = IsSaid(JsonParts.Find(items.Value, "finish_reason"u8));
            WriteFirst(chunk, items.Value, choice, isLast ? choice.Events.Count : choice.Events.Count - 1, output);
            isWorth |= isLast || choice.Events.Count > 0 || IsSaid(JsonParts.Find(items.Value, "logprobs"u8))
                || (!choice.OthersAreWritten && HasOthers(JsonParts.Find(items.Value, "delta"u8)));
        }

        if (isWorth)
        {
            WriteChunk(chunk, only: [], null, -1, output);
        }
    }

    // The things said that leave in chunks of their own, before the rest of the chunk.
    private void WriteFirst(ReadOnlySpan<byte> chunk, ReadOnlySpan<byte> item, MarkupChoice choice, int count, IChunkOutput output)
    {
        var delta = JsonParts.Find(item, "delta"u8);
        if (choice.Events.Count > 0 && !choice.OthersAreWritten && (Has(delta, "reasoning_content"u8) || Has(delta, "tool_calls"u8)))
        {
            // What the provider has told apart itself comes first, and by itself.
            WriteChunk(chunk, item, choice, -1, output);
            choice.OthersAreWritten = true;
        }

        for (var said = 0; said < count; said++)
        {
            WriteChunk(chunk, item, choice, said, output);
            choice.OthersAreWritten = true;
        }
    }

    private void WriteChunk(ReadOnlySpan<byte> chunk, ReadOnlySpan<byte> only, MarkupChoice? choice, int said, IChunkOutput output)
    {
        _chunk.ResetWrittenCount();
        Writer.Reset();
        Writer.WriteStartObject();
        for (var members = new JsonParts(chunk); members.Next();)
        {
            Writer.WritePropertyName(members.Name);
            if (members.Name.SequenceEqual("choices"u8))
            {
                Writer.WriteStartArray();
                WriteItems(members.Value, only, choice, said);
                Writer.WriteEndArray();
            }
            else
            {
                WriteRaw(choice is not null && members.Name.SequenceEqual("usage"u8) ? "null"u8 : members.Value);
            }
        }

        Writer.WriteEndObject();
        Writer.Flush();
        output.Chunk(_chunk.WrittenSpan);
    }

    private void WriteItems(ReadOnlySpan<byte> choices, ReadOnlySpan<byte> only, MarkupChoice? choice, int said)
    {
        if (choice is not null)
        {
            WriteItem(only, choice, said, isRest: false);
            return;
        }

        for (var items = new JsonParts(choices); items.Next();)
        {
            if (ChoiceOf(items.Value) is { } each)
            {
                var isLast = IsSaid(JsonParts.Find(items.Value, "finish_reason"u8));
                WriteItem(items.Value, each, isLast ? -1 : each.Events.Count - 1, isRest: true);
            }
            else
            {
                WriteRaw(items.Value);
            }
        }
    }

    private void WriteItem(ReadOnlySpan<byte> item, MarkupChoice choice, int said, bool isRest)
    {
        Writer.WriteStartObject();
        for (var members = new JsonParts(item); members.Next();)
        {
            Writer.WritePropertyName(members.Name);
            if (members.Name.SequenceEqual("delta"u8))
            {
                WriteDelta(members.Value, choice, said);
            }
            else if (members.Name.SequenceEqual("finish_reason"u8) && isRest)
            {
                choice.WriteFinishReason(Writer, members.Value);
            }
            else
            {
                var isOfRest = members.Name.SequenceEqual("finish_reason"u8) || members.Name.SequenceEqual("logprobs"u8);
                WriteRaw(isOfRest && !isRest ? "null"u8 : members.Value);
            }
        }

        if (said >= 0 && JsonParts.Find(item, "delta"u8).IsEmpty)
        {
            Writer.WritePropertyName("delta"u8);
            WriteDelta("{}"u8, choice, said);
        }

        Writer.WriteEndObject();
    }

    private void WriteDelta(ReadOnlySpan<byte> delta, MarkupChoice choice, int said)
    {
        Writer.WriteStartObject();
        for (var members = new JsonParts(delta); !choice.OthersAreWritten && members.Next();)
        {
            // A null of what is said now would be a second member of its name.
            var isNothing = said >= 0 && !members.HasContent;
            if (!members.Name.SequenceEqual("content"u8) && !isNothing)
            {
                Writer.WritePropertyName(members.Name);
                WriteRaw(members.Value);
            }
        }

        if (said >= 0)
        {
            WriteSaid(choice, choice.Events[said]);
        }

        Writer.WriteEndObject();
    }

    private void WriteSaid(MarkupChoice choice, in MarkupEvent said)
    {
        switch (said.Kind)
        {
            case MarkupKind.ToolCall:
                Writer.WriteStartArray("tool_calls"u8);
                choice.Events.WriteCall(Writer, said, choice.WrittenCalls++);
                Writer.WriteEndArray();
                break;
            case MarkupKind.Reasoning:
                Writer.WriteString("reasoning_content"u8, choice.Events.BytesOf(said));
                break;
            default:
                Writer.WriteString("content"u8, choice.Events.BytesOf(said));
                break;
        }
    }

    private void WriteRaw(ReadOnlySpan<byte> json) => Writer.WriteRawValue(json, skipInputValidation: true);

    // Null for what is no choice, and for more of them than any request may ask for.
    private MarkupChoice? ChoiceOf(ReadOnlySpan<byte> item)
    {
        if (item is not [(byte)'{', ..])
        {
            return null;
        }

        var index = Utf8Parser.TryParse(JsonParts.Find(item, "index"u8), out int given, out _) ? given : 0;
        foreach (var choice in _choices)
        {
            if (choice.Index == index)
            {
                return choice;
            }
        }

        if (_choices.Count == MostChoices)
        {
            return null;
        }

        _choices.Add(new MarkupChoice(index, format, tools));
        return _choices[^1];
    }

    private ReadOnlySpan<byte> ItemOf(MarkupChoice choice)
    {
        for (var items = new JsonParts(JsonParts.Find(choice.LastChunk, "choices"u8)); items.Next();)
        {
            if (ChoiceOf(items.Value) == choice)
            {
                return items.Value;
            }
        }

        return [];
    }

    private static bool HasOthers(ReadOnlySpan<byte> delta)
    {
        for (var members = new JsonParts(delta); members.Next();)
        {
            if (members.HasContent && !members.Name.SequenceEqual("content"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(ReadOnlySpan<byte> delta, ReadOnlySpan<byte> name)
    {
        for (var members = new JsonParts(delta); members.Next();)
        {
            if (members.Name.SequenceEqual(name))
            {
                return members.HasContent;
            }
        }

        return false;
    }

    // Some servers write "" for the reason to finish on every chunk until the last.
    private static bool IsSaid(ReadOnlySpan<byte> value) => !value.IsEmpty && !value.SequenceEqual("null"u8) && !value.SequenceEqual("\"\""u8);
}
