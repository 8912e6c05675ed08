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

    private readonly ConcurrentDictionary<string, Uri> _urls = new(StringComparer.Ordinal);

    public UpstreamConnection(string provider, Uri baseUrl, ProviderSettings settings, HttpMessageHandler? handler = null)
    {
        Provider = provider;
        Settings = settings;
        Errors = new UpstreamErrors(provider, settings.ApiKey);
        _baseUrl = baseUrl.AbsoluteUri.TrimEnd('/');
        _authorization = settings.ApiKey is { } key ? new AuthenticationHeaderValue("Bearer", key.Reveal()).ToString() : null;
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
    public HttpRequestMessage CreateRequest(HttpMethod method, string path)
    {
        // Paths with ids are many and come once.
        var url = _urls.TryGetValue(path, out var known) ? known : new Uri($"{_baseUrl}/{path}");
        if (known is null && _urls.Count < MostPaths)
        {
            _urls.TryAdd(path, url);
        }

        var request = new HttpRequestMessage(method, url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
        };

        // Values that are known to be sound are not parsed and written anew for each request.
        if (_authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        }

        request.Headers.TryAddWithoutValidation("User-Agent", s_agent);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        return request;
    }

    /// <summary>The request that carries a call.</summary>
    public HttpRequestMessage CreateRequest(GatewayCall call, HttpContent? content)
    {
        var request = CreateRequest(call.Method, call.Path);
        request.Content = content;
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
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
