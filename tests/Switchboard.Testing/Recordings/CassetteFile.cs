using System.Text.Json;

namespace Switchboard.Testing.Recordings;

/// <summary>The file format of the fixtures' cassettes.</summary>
internal static class CassetteFile
{
    public static IReadOnlyList<RecordedExchange> Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static RecordedExchange Read(JsonElement entry) => new()
    {
        Method = entry.GetProperty("method").GetString()!,
        Uri = new Uri(entry.GetProperty("uri").GetString()!),
        RequestHeaders = RecordedBody.Headers(entry.GetProperty("request_headers")),
        RequestBody = Body(entry, "request_body"),
        Status = entry.GetProperty("status").GetInt32(),
        ResponseHeaders = RecordedBody.Headers(entry.GetProperty("response_headers")),
        ResponseBody = Body(entry, "response_body"),
    };

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
}
