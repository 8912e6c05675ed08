using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Relay;

/// <summary>What an error body says, whichever of the usual shapes it has. A page or an empty body says nothing.</summary>
internal readonly record struct UpstreamErrorText(string? Message, string? Type, string? Param, string? Code)
{
    /// <summary>Reads <c>{"error":{…}}</c>, <c>{"error":"text"}</c>, <c>{"message"}</c>, <c>{"detail"}</c>, arrays of these, or plain text.</summary>
    public static UpstreamErrorText Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        try
        {
            using var document = JsonDocument.ParseValue(ref json);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return ReadPlain(body);
        }
        catch (InvalidOperationException)
        {
            // A string with half a character (a lone surrogate) has no text.
            return default;
        }
    }

    private static UpstreamErrorText Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => new(element.GetString(), null, null, null),
        JsonValueKind.Array when element.GetArrayLength() > 0 => Read(element[0]),
        JsonValueKind.Object => ReadObject(element),
        _ => default,
    };

    private static UpstreamErrorText ReadObject(JsonElement element)
    {
        foreach (var wrapper in (ReadOnlySpan<string>)["error", "errors", "detail"])
        {
            if (element.TryGetProperty(wrapper, out var inner) && inner.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String)
            {
                var read = Read(inner);
                return read with
                {
                    Message = read.Message ?? Text(element, "message"),
                    Type = read.Type ?? Text(element, "type"),
                    Code = read.Code ?? Text(element, "code"),
                };
            }
        }

        // FastAPI's 422 names the member in "loc" and the fault in "msg".
        return new(
            Text(element, "message") ?? Text(element, "msg"),
            Text(element, "type"),
            Text(element, "param") ?? LastOf(element, "loc"),
            Text(element, "code"));
    }

    private static string? Text(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };

    private static string? LastOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
            ? value[value.GetArrayLength() - 1].ToString()
            : null;

    // A short line of text is a message; a page is not.
    private static UpstreamErrorText ReadPlain(ReadOnlySpan<byte> body)
    {
        const int LongestLine = 300;
        var text = body.Length > LongestLine ? "" : Encoding.UTF8.GetString(body).Trim();
        return text.Length == 0 || text[0] is '<' or '{' or '[' ? default : new(text, null, null, null);
    }
}
