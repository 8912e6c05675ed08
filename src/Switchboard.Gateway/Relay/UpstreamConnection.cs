using System.Net;
using System.Net.Http.Headers;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>The pooled connections to one provider, and how it is spoken to: its URL, its key, its limits of time.</summary>
internal sealed class UpstreamConnection : IDisposable
{
    private const int MostHeaderKilobytes = 64;

    private static readonly ProductInfoHeaderValue s_agent = new("switchboard", typeof(UpstreamConnection).Assembly.GetName().Version?.ToString(3));

    private readonly HttpMessageInvoker _http;
    private readonly string _baseUrl;
    private readonly AuthenticationHeaderValue? _authorization;

    public UpstreamConnection(string provider, Uri baseUrl, ProviderSettings settings, HttpMessageHandler? handler = null)
    {
        Provider = provider;
        Settings = settings;
        Errors = new UpstreamErrors(provider, settings.ApiKey);
        _baseUrl = baseUrl.AbsoluteUri.TrimEnd('/');
        _authorization = settings.ApiKey is { } key ? new AuthenticationHeaderValue("Bearer", key.Reveal()) : null;
        _http = new HttpMessageInvoker(handler ?? CreateHandler(settings));
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>The provider's limits of time.</summary>
    public ProviderSettings Settings { get; }

    /// <summary>How its errors are told to callers.</summary>
    public UpstreamErrors Errors { get; }

    /// <summary>A request to a path below the base URL.</summary>
    public HttpRequestMessage CreateRequest(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, $"{_baseUrl}/{path}")
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
        };
        request.Headers.Authorization = _authorization;
        request.Headers.UserAgent.Add(s_agent);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        return request;
    }

    /// <summary>The request that carries a call.</summary>
    public HttpRequestMessage CreateRequest(GatewayCall call, string path, RequestContent content)
    {
        var request = CreateRequest(HttpMethod.Post, path);
        request.Content = content;
        request.Headers.TryAddWithoutValidation("Accept", call.Facts.Stream ? "text/event-stream" : "application/json");
        foreach (var (name, value) in call.ForwardedHeaders)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Sends a request; the answer's head has come when it returns, its body has not.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _http.SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

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
