using System.Buffers;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Pictures;

/// <summary>
/// The pictures that answer a request. They are always told as <c>b64_json</c>: there is no place where the gateway
/// could keep a picture.
/// </summary>
internal static class PictureList
{
    /// <summary>Writes the list.</summary>
    /// <param name="pictures">The pictures, JSON strings of base64.</param>
    /// <param name="created">When they were made.</param>
    /// <param name="usage">Their tokens; null where none were told.</param>
    public static ReadOnlyMemory<byte> Write(IEnumerable<JsonElement> pictures, DateTimeOffset created, PictureUsage? usage)
    {
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("created"u8, created.ToUnixTimeSeconds());
        json.WriteStartArray("data"u8);
        foreach (var picture in pictures)
        {
            json.WriteStartObject();
            json.WriteRaw("b64_json"u8, picture);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        usage?.Write(json);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }
}
