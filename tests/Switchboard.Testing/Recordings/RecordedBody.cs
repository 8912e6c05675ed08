using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Testing.Recordings;

/// <summary>Turns bodies as recordings keep them into bytes.</summary>
internal static class RecordedBody
{
    private static readonly JsonSerializerOptions s_asOnTheWire = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON, compact, its numbers to the letter.</summary>
    public static byte[] OfJson(JsonElement json) => JsonSerializer.SerializeToUtf8Bytes(json, s_asOnTheWire);

    /// <summary>Text, which may be kept as an array of its lines with their ends.</summary>
    public static byte[] OfText(JsonElement text) => Encoding.UTF8.GetBytes(text.ValueKind == JsonValueKind.Array
        ? string.Concat(text.EnumerateArray().Select(line => line.GetString()))
        : text.GetString()!);

    /// <summary>Text or base64, whichever a body of that type is kept as.</summary>
    public static byte[] OfString(JsonElement value, string contentType) =>
        value.ValueKind == JsonValueKind.Array || IsText(contentType) || !value.TryGetBytesFromBase64(out var bytes) ? OfText(value) : bytes;

    /// <summary>A map of headers; a value may be an array of values.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(JsonElement map) =>
        [.. map.EnumerateObject().SelectMany(h => Values(h.Value).Select(value => new KeyValuePair<string, string>(h.Name, value)))];

    private static IEnumerable<string> Values(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(v => v.ToString()) : [value.ToString()];

    private static bool IsText(string contentType) =>
        contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || contentType.Contains("json", StringComparison.OrdinalIgnoreCase);
}
