using System.Net;

namespace Switchboard.Client.Transport;

/// <summary>Sends one request over the connections that the options name, and follows redirects with the keys kept from other origins.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int MaxRedirects = 5;

    private static readonly string[] s_secret = ["Authorization", "api-key", "Cookie", "OpenAI-Organization", "OpenAI-Project"];

    private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> _send;
    private readonly HttpMessageInvoker? _own;

    public HttpSender(SwitchboardClientOptions options)
    {
        if (options.HttpClientProvider is { } provider)
        {
            _send = (message, token) => provider().SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token);
            return;
        }

        // Past HttpClient: its timeout would cut long streams, and its defaults are not wanted.
        var invoker = new HttpMessageInvoker(options.HttpHandler ?? OwnHandler(options), disposeHandler: options.HttpHandler is null);
        _own = invoker;
        _send = invoker.SendAsync;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var response = await _send(message, cancellationToken).ConfigureAwait(false);
        for (var hops = 0; IsRedirect(response) && hops < MaxRedirects; hops++)
        {
            if (NextOf(message, response) is not { } next)
            {
                return response;
            }

            response.Dispose();
            message = next;
            response = await _send(message, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    public void Dispose() => _own?.Dispose();

    /// <summary>Connections as the client wants them.</summary>
    public static HttpMessageHandler OwnHandler(SwitchboardClientOptions options) => OperatingSystem.IsBrowser()
        ? new HttpClientHandler()
        : new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            // Names move: a connection that lives for ever would never see it.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            // Whoever leaves a stream wants it to end, not to be read on in the background.
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
            UseCookies = false,
        };

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    /// <summary>The request that a redirect asks for; null when it is not to be followed, and its answer is an error then.</summary>
    private static HttpRequestMessage? NextOf(HttpRequestMessage message, HttpResponseMessage response)
    {
        if (message.RequestUri is not { } from || response.Headers.Location is not { } location)
        {
            return null;
        }

        var to = new Uri(from, location);
        var isOwn = from.Scheme == to.Scheme && string.Equals(from.Authority, to.Authority, StringComparison.OrdinalIgnoreCase);

        // 301 to 303 would make the method GET and drop the body: nothing of this API means that.
        var keepsMethod = message.Method == HttpMethod.Get || (int)response.StatusCode >= 307;

        // Never from https to less; and a prompt, too, is for the server that was asked.
        var staysSafe = isOwn || (to.Scheme == Uri.UriSchemeHttps && message.Content is null) || (from.Scheme == Uri.UriSchemeHttp && to.Scheme == Uri.UriSchemeHttp && message.Content is null);
        if (!keepsMethod || !staysSafe)
        {
            return null;
        }

        var next = new HttpRequestMessage(message.Method, to) { Content = message.Content, Version = message.Version, VersionPolicy = message.VersionPolicy };
        foreach (var (name, values) in message.Headers.NonValidated)
        {
            if (isOwn || !s_secret.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                next.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return next;
    }
}
