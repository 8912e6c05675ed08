using System.Text.Json;
using System.Text.RegularExpressions;

namespace Switchboard.Testing.Recordings;

/// <summary>The file format of the fixtures' cassettes.</summary>
internal static partial class CassetteFile
{
    public static IReadOnlyList<RecordedExchange> Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static RecordedExchange Read(JsonElement entry) => new()
    {
        Method = entry.GetProperty("method").GetString()!,
        Uri = ReadUri(entry.GetProperty("uri").GetString()!),
        RequestHeaders = RecordedBody.Headers(entry.GetProperty("request_headers")),
        RequestBody = Body(entry, "request_body"),
        Status = entry.GetProperty("status").GetInt32(),
        ResponseHeaders = RecordedBody.Headers(entry.GetProperty("response_headers")),
        ResponseBody = Body(entry, "response_body"),
    };

    // Where an address was secret a name stands for it: for the whole base (then taken to end in /v1) or inside the host.
    private static Uri ReadUri(string text) => new(text.StartsWith('<')
        ? "https://recorded.invalid/v1" + text[(text.IndexOf('>', StringComparison.Ordinal) + 1)..]
        : Placeholder().Replace(text, "recorded"));

    private static byte[] Body(JsonElement entry, string name)
    {
        var body = entry.GetProperty(name);
        return entry.GetProperty($"{name}_kind").GetString() switch
        {
            "json" => RecordedBody.OfJson(body),
            "text" => RecordedBody.OfText(body),
            "base64" => body.GetBytesFromBase64(),
            _ => [],
        };
    }

    [GeneratedRegex("<[A-Z_]+>")]
    private static partial Regex Placeholder();
}
