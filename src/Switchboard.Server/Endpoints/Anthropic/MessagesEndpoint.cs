using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Server.Endpoints.Anthropic;

/// <summary><c>POST /v1/messages</c> and <c>POST /v1/messages/count_tokens</c>: Anthropic's Messages API before any provider.</summary>
internal sealed class MessagesEndpoint(SurfaceCalls calls)
{
    // They mean something to Anthropic; keys and all else do not go further.
    private static readonly string[] s_headers = ["anthropic-version", "anthropic-beta"];

    /// <summary>Creates a message.</summary>
    public ValueTask<GatewayError?> CreateAsync(HttpContext context, CancellationToken cancellationToken) =>
        calls.AnswerAsync(context, ApiOperation.ChatCompletions, ReaderOf(context.Request, "messages"), cancellationToken);

    /// <summary>Counts the tokens of one.</summary>
    public ValueTask<GatewayError?> CountAsync(HttpContext context, CancellationToken cancellationToken) =>
        calls.CountAsync(context, ApiDialect.Anthropic, ReaderOf(context.Request, "messages/count_tokens"), cancellationToken);

    private static SurfaceReader ReaderOf(HttpRequest request, string path)
    {
        // The one parameter there is; a key in the query stays here.
        var target = request.Query["beta"] == "true" ? path + "?beta=true" : path;
        var headers = HeadersOf(request);
        return (body, policy, time, out error) => SurfaceRequest.ReadAnthropic(body, target, headers, policy, time, out error);
    }

    private static List<KeyValuePair<string, string>> HeadersOf(HttpRequest request)
    {
        var headers = new List<KeyValuePair<string, string>>(s_headers.Length);
        foreach (var name in s_headers)
        {
            if (request.Headers.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } value && !value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                headers.Add(new(name, value));
            }
        }

        return headers;
    }
}
