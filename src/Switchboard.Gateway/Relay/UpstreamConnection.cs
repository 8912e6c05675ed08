using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>The pooled connections to one provider, and how it is spoken to: its URL, its key, its limits of time.</summary>
internal sealed class UpstreamConnection : IDisposable
{
    private const int MostHeaderKilobytes = 64;
    private const int MostPaths = 64;

    private static readonly string s_agent = new ProductInfoHeaderValue("switchboard", typeof(UpstreamConnection).Assembly.GetName().Version?.ToString(3)).ToString();

    private readonly HttpMessageInvoker _http;
    private readonly string _baseUrl;
    private readonly string? _authorization;
    private readonly string? _adminAuthorization;
    private readonly ConcurrentDictionary<string, Uri> _urls = new(StringComparer.Ordinal);

    public UpstreamConnection(string provider, Uri baseUrl, ProviderSettings settings, HttpMessageHandler? handler = null)
    {
        Provider = provider;
        Settings = settings;
        Errors = new UpstreamErrors(provider, settings.ApiKey, settings.AdminApiKey);
        _baseUrl = baseUrl.AbsoluteUri.TrimEnd('/');
        _authorization = Bearer(settings.ApiKey);
        _adminAuthorization = Bearer(settings.AdminApiKey) ?? _authorization;
        _http = new HttpMessageInvoker(handler ?? CreateHandler(settings));
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>The provider's limits of time.</summary>
    public ProviderSettings Settings { get; }

    /// <summary>The silence after which a stream gets a comment; zero for never.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How its errors are told to callers.</summary>
    public UpstreamErrors Errors { get; }

    /// <summary>A request to a path below the base URL.</summary>
    public HttpRequestMessage CreateRequest(HttpMethod method, string path) => CreateRequest(method, KnownUrl(path), _authorization);

    /// <summary>The request that carries a call.</summary>
    public HttpRequestMessage CreateRequest(GatewayCall call, HttpContent? content)
    {
        var url = call.Operation == ApiOperation.Other ? Url(call.Path) : KnownUrl(call.Path);
        var request = CreateRequest(call.Method, url, call.IsAdministration ? _adminAuthorization : _authorization);
        request.Content = content;
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        foreach (var (name, value) in call.ForwardedHeaders)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>The request that opens a call's websocket.</summary>
    /// <param name="call">The call; what the caller offers is in its headers.</param>
    /// <param name="path">Its path here.</param>
    public HttpRequestMessage CreateSocketRequest(GatewayCall call, string path)
    {
        var request = CreateRequest(call.Method, Url(path), _authorization);
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
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

    private static string? Bearer(Secret? key) => key is null ? null : new AuthenticationHeaderValue("Bearer", key.Reveal()).ToString();

    private Uri Url(string path) => new($"{_baseUrl}/{path}");

    // Few paths come again and again; those with ids or a query come once.
    private Uri KnownUrl(string path)
    {
        if (_urls.TryGetValue(path, out var known))
        {
            return known;
        }

        var url = Url(path);
        if (_urls.Count < MostPaths && !path.Contains('?', StringComparison.Ordinal))
        {
            _urls.TryAdd(path, url);
        }

        return url;
    }

    private static HttpRequestMessage CreateRequest(HttpMethod method, Uri url, string? authorization)
    {
        var request = new HttpRequestMessage(method, url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
        };

        // Values that are known to be sound are not parsed and written anew for each request.
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        request.Headers.TryAddWithoutValidation("User-Agent", s_agent);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        return request;
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
