using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Caching;

/// <summary>Which answers may be given again: those that came to their end, and that no filter cut.</summary>
internal static class AnswerCheck
{
    private const string Json = "application/json";

    /// <summary>True for an answer of a kind that is kept.</summary>
    public static bool IsOfKind(AnswerHead head) =>
        head is { Status: 200, ContentType: { } type } && (type.StartsWith(Json, StringComparison.OrdinalIgnoreCase) || type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for an answer that says everything. Whoever wrote it has found no fault with it.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="answer">The answer.</param>
    public static bool IsWhole(ApiOperation operation, CachedAnswer answer)
    {
        var body = answer.Body.Span;
        return body.IndexOf(FilteredIn(answer.Dialect)) < 0
            && (operation != ApiOperation.Responses || (answer.IsStream ? IsCompleted(body) : IsCompleteResponse(body)));
    }

    // The quotes of what a model says are escaped, so that these are never its words.
    private static ReadOnlySpan<byte> FilteredIn(ApiDialect dialect) => dialect switch
    {
        ApiDialect.Anthropic => "\"stop_reason\":\"refusal\""u8,
        ApiDialect.Gemini => "\"SAFETY\""u8,
        _ => "\"content_filter\""u8,
    };

    // The last event says how a response ended.
    private static bool IsCompleted(ReadOnlySpan<byte> events)
    {
        var end = events.TrimEnd("\r\n"u8);
        var last = end.LastIndexOf("\ndata:"u8);
        var before = last < 0 ? -1 : end[..last].LastIndexOf("\n\n"u8);
        return end.EndsWith("[DONE]"u8)
            ? last > 0 && IsCompleted(end[..last])
            : end[(before + 1)..].IndexOf("response.completed"u8) >= 0;
    }

    private static bool IsCompleteResponse(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        try
        {
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isStatus = json.ValueTextEquals("status"u8);
                json.Read();
                if (isStatus)
                {
                    return json.TokenType == JsonTokenType.String && json.ValueTextEquals("completed"u8);
                }

                json.Skip();
            }
        }
        catch (JsonException)
        {
            // Nobody says that it is one.
        }

        return false;
    }
}
