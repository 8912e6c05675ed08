using System.Net;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>
/// Connections by <see cref="SocketsHttpHandler"/>: TLS, HTTP/2 where it is agreed on, bodies of unknown length, websockets.
/// </summary>
internal sealed class HttpClientTransport(HttpMessageHandler handler) : IUpstreamTransport
{
    private const int MostHeaderKilobytes = 64;

    private readonly HttpMessageInvoker _http = new(handler);

    /// <summary>With a handler of its own.</summary>
    public HttpClientTransport(ProviderSettings settings)
        : this(CreateHandler(settings))
    {
    }

    /// <inheritdoc/>
    public async ValueTask<UpstreamAnswer> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var message = Message(request);
        return new HttpClientAnswer(await _http.SendAsync(message, cancellationToken));
    }

    /// <summary>Asks for a websocket. The answer is one when its status is 101.</summary>
    public async ValueTask<HttpClientAnswer> OpenSocketAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var message = Message(request);
        message.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        message.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        return new HttpClientAnswer(await _http.SendAsync(message, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Message(UpstreamRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Target.Url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
            Content = request.Content,
        };

        // Values that are known to be sound are not parsed and written anew for each request.
        if (request.Authorization is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", request.Authorization);
        }

        message.Headers.TryAddWithoutValidation("User-Agent", UpstreamTarget.Agent);
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (request.Accept is not null)
        {
            message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        }

        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        (request.Content as RequestContent)?.Headers.TryAddWithoutValidation("Content-Type", RequestContent.MediaType);
        message.Headers.ExpectContinue = request.ExpectsContinue ? true : null;
        return message;
    }

    // Bytes come as they were sent and from where the configuration says: no proxy of the environment, no redirect,
    // no cookie, no decompression.
    private static SocketsHttpHandler CreateHandler(ProviderSettings settings) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = settings.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = MostHeaderKilobytes,
    };
}
