using System.Text.Json;

namespace Switchboard.Gateway.Surfaces;

/// <summary>Parts of JSON text as they lie, taken with a reader that goes over it.</summary>
internal static class JsonSlices
{
    /// <summary>Goes on to the value of a member: what stands between the quotes where it is a string, still escaped; empty where it is none.</summary>
    public static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            return data[((int)json.TokenStartIndex + 1)..((int)json.BytesConsumed - 1)];
        }

        json.Skip();
        return default;
    }

    /// <summary>The value at the reader, raw.</summary>
    public static ReadOnlySpan<byte> Raw(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return data[start..(int)json.BytesConsumed];
    }
}
