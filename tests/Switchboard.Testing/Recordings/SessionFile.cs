using System.Text.Json;

namespace Switchboard.Testing.Recordings;

/// <summary>The file format of openai-dotnet's sessions.</summary>
internal static class SessionFile
{
    public static IReadOnlyList<RecordedExchange> Read(string text)
    {
        using var document = JsonDocument.Parse(text.TrimStart('\uFEFF'));
        return [.. document.RootElement.GetProperty("Entries").EnumerateArray().Select(Read)];
    }

    private static RecordedExchange Read(JsonElement entry)
    {
        var requestHeaders = RecordedBody.Headers(entry.GetProperty("RequestHeaders"));
        var responseHeaders = RecordedBody.Headers(entry.GetProperty("ResponseHeaders"));
        return new RecordedExchange
        {
            Method = entry.GetProperty("RequestMethod").GetString()!,
            Uri = new Uri(entry.GetProperty("RequestUri").GetString()!),
            RequestHeaders = requestHeaders,
            RequestBody = Body(entry.GetProperty("RequestBody"), requestHeaders),
            Status = entry.GetProperty("StatusCode").GetInt32(),
            ResponseHeaders = responseHeaders,
            ResponseBody = Body(entry.GetProperty("ResponseBody"), responseHeaders),
        };
    }

    private static byte[] Body(JsonElement body, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var type = headers.FirstOrDefault(h => string.Equals(h.Key, "Content-Type", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        return body.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Object => RecordedBody.OfJson(body),

            // An array is lines of text, except where a JSON answer is itself an array.
            JsonValueKind.Array when type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) => RecordedBody.OfJson(body),
            _ => RecordedBody.OfString(body, type),
        };
    }
}
