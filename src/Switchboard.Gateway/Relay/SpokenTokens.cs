using System.Text.Json;

namespace Switchboard.Gateway.Relay;

/// <summary>Counts what a model says while it passes, for answers whose usage never comes.</summary>
internal static class SpokenTokens
{
    private const int BytesPerToken = 4;

    /// <summary>About how many tokens so many bytes of words are.</summary>
    public static int Of(long bytes) => (int)Math.Min((bytes + BytesPerToken - 1) / BytesPerToken, int.MaxValue);

    /// <summary>Whether the member whose name was read holds what a model says.</summary>
    public static bool IsWord(ref Utf8JsonReader json) =>
        json.ValueTextEquals("content"u8)
        || json.ValueTextEquals("text"u8)
        || json.ValueTextEquals("arguments"u8)
        || json.ValueTextEquals("reasoning_content"u8)
        || json.ValueTextEquals("reasoning"u8)
        || json.ValueTextEquals("refusal"u8)
        || json.ValueTextEquals("thinking"u8)
        || json.ValueTextEquals("partial_json"u8);

    /// <summary>The bytes of words in the value at the reader: a string, or whatever holds some. Leaves the reader at its last token.</summary>
    public static long Count(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return LengthOf(ref json);
        }

        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return 0;
        }

        var depth = json.CurrentDepth;
        var isWord = false;
        long sum = 0;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                isWord = IsWord(ref json);
            }
            else if (isWord && json.TokenType == JsonTokenType.String)
            {
                sum += LengthOf(ref json);
            }
        }

        return sum;
    }

    private static long LengthOf(ref Utf8JsonReader json) => json.HasValueSequence ? json.ValueSequence.Length : json.ValueSpan.Length;
}
