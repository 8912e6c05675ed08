using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>Which headers of a caller reach a provider. Those not named here never do.</summary>
internal static class ForwardedHeaders
{
    // They mean something to a model's provider.
    private static readonly string[] s_ofCalls = ["openai-beta", "idempotency-key", "x-client-request-id"];

    // And these to a store of files.
    private static readonly string[] s_ofFiles = [.. s_ofCalls, "range", "if-none-match", "if-range"];

    /// <summary>Those of a call that runs a model.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(HttpRequest request) => Choose(request, s_ofCalls);

    /// <summary>Those of any other call.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> OfOther(HttpRequest request) => Choose(request, s_ofFiles);

    private static List<KeyValuePair<string, string>> Choose(HttpRequest request, string[] names)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var name in names)
        {
            // Beyond ASCII no header can be sent, and none of these has a meaning there.
            if (request.Headers.TryGetValue(name, out var values) && !values.ToString().AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                headers.Add(new(name, values.ToString()));
            }
        }

        TraceContext.AddTo(headers, request.Headers);
        return headers;
    }
}
