using Microsoft.AspNetCore.Http;

namespace Switchboard.Benchmarks.Load.Servers;

/// <summary>
/// The baseline: the simplest honest reverse proxy of Kestrel and SocketsHttpHandler. Headers are copied, both bodies
/// are streamed, nothing is read, checked, timed or logged.
/// </summary>
internal sealed class PassThrough : IDisposable
{
    private readonly Uri _upstream;
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    });

    private PassThrough(Uri upstream) => _upstream = upstream;

    public static async Task<int> RunAsync(Uri upstream)
    {
        using var proxy = new PassThrough(upstream);
        return await LoopbackServer.RunAsync(proxy.ForwardAsync);
    }

    public void Dispose() => _invoker.Dispose();

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_upstream, context.Request.Path))
        {
            Content = new StreamContent(context.Request.Body),
        };
        foreach (var header in context.Request.Headers)
        {
            if (!IsOfOneHop(header.Key) && !request.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value))
            {
                request.Content.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value);
            }
        }

        using var response = await _invoker.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        CopyHeaders(response.Headers.NonValidated, context.Response.Headers);
        CopyHeaders(response.Content.Headers.NonValidated, context.Response.Headers);
        var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static void CopyHeaders(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to)
    {
        foreach (var header in from)
        {
            if (!IsOfOneHop(header.Key))
            {
                to[header.Key] = header.Value.ToString();
            }
        }
    }

    private static bool IsOfOneHop(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);
}
