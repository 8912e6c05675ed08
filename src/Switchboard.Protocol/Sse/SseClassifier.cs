using Switchboard.Protocol.Errors;

namespace Switchboard.Protocol.Sse;

/// <summary>Tells what an event is to a client of a model's stream, mostly without reading its JSON.</summary>
public static class SseClassifier
{
    private const int MaxDepth = 128;

    /// <summary>What an event says that a blank line has ended.</summary>
    /// <param name="type">The value of its <c>event</c> line; empty without one.</param>
    /// <param name="data">Its data.</param>
    public static SseEventKind Classify(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (type.SequenceEqual("error"u8))
        {
            return SseEventKind.Error;
        }

        if (data.IsEmpty)
        {
            return SseEventKind.Empty;
        }

        if (IsDone(data))
        {
            return SseEventKind.Done;
        }

        return MayTellError(data) && TellsError(data) ? SseEventKind.Error : SseEventKind.Data;
    }

    /// <summary>
    /// True when data that a stream ended in cannot have been cut: it is <c>[DONE]</c>, or one whole JSON object or
    /// array. Of a number nobody knows.
    /// </summary>
    public static bool IsWhole(ReadOnlySpan<byte> data)
    {
        if (IsDone(data))
        {
            return true;
        }

        try
        {
            // Bytes after the value make it no JSON: reading on throws.
            var json = ReaderOf(data);
            var isWhole = json.Read() && json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            json.Skip();
            return isWhole && !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>True for <c>[DONE]</c> alone, blanks around it let pass.</summary>
    internal static bool IsDone(ReadOnlySpan<byte> data) =>
        data is [(byte)'[' or (byte)' ' or (byte)'\t', ..] && data.Trim(" \t"u8).SequenceEqual("[DONE]"u8);

    // Both things that tell an error, a member "error" and the type "error", hold that word in quotes, unless a letter
    // of it is written as an escape. "rror" is looked for first: JSON is full of quotes, which makes a search for those slow.
    private static bool MayTellError(ReadOnlySpan<byte> data) =>
        (data.IndexOf("rror"u8) >= 0 && data.IndexOf("\"error\""u8) >= 0) || (data.Contains((byte)'\\') && data.IndexOf("\\u00"u8) >= 0);

    private static bool TellsError(ReadOnlySpan<byte> data)
    {
        try
        {
            var json = ReaderOf(data);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isError = json.ValueTextEquals("error"u8);
                var isType = json.ValueTextEquals("type"u8);
                json.Read();
                if ((isError && ErrorMember.TellsError(ref json)) || (isType && json.TokenType == JsonTokenType.String && json.ValueTextEquals("error"u8)))
                {
                    return true;
                }

                json.Skip();
            }

            return false;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON: whoever reads the data will say where. The second: a name that escapes half a character (a lone
            // surrogate) cannot be compared.
            return false;
        }
    }

    private static Utf8JsonReader ReaderOf(ReadOnlySpan<byte> data) =>
        new(data, isFinalBlock: true, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
}
