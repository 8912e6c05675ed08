using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Relay;

/// <summary>The pooled connections to one provider, and how it is spoken to: its URL, its key, its limits of time.</summary>
internal sealed class UpstreamConnection : IDisposable
{
    private const int MostTargets = 64;

    private readonly HttpClientTransport _general;
    private readonly IUpstreamTransport _ofJson;
    private readonly string _baseUrl;
    private readonly string? _authorization;
    private readonly string? _adminAuthorization;
    private readonly KeyValuePair<string, string>[] _ownHeaders;
    private readonly ConcurrentDictionary<string, UpstreamTarget> _targets = new(StringComparer.Ordinal);

    /// <summary>A way to a provider.</summary>
    /// <param name="provider">Its name.</param>
    /// <param name="baseUrl">What the paths of the API are put after.</param>
    /// <param name="settings">Its key and its limits of time.</param>
    /// <param name="handler">What sends, in place of connections of its own.</param>
    /// <param name="keyHeader">The header that carries the bare key, as with <c>x-api-key</c>; null for a bearer in <c>Authorization</c>.</param>
    /// <param name="headers">Headers of every request.</param>
    public UpstreamConnection(string provider, Uri baseUrl, ProviderSettings settings, HttpMessageHandler? handler = null, string? keyHeader = null, params KeyValuePair<string, string>[] headers)
    {
        Provider = provider;
        Settings = settings;
        Errors = new UpstreamErrors(provider, settings);
        _baseUrl = baseUrl.AbsoluteUri.TrimEnd('/');
        _authorization = keyHeader is null ? Bearer(settings.ApiKey) : null;
        _ownHeaders = keyHeader is not null && settings.ApiKey is { } key ? [new(keyHeader, key.Reveal()), .. headers] : headers;
        _adminAuthorization = Bearer(settings.AdminApiKey) ?? _authorization;
        _general = handler is null ? new HttpClientTransport(settings) : new HttpClientTransport(handler);
        _ofJson = handler is null && baseUrl.Scheme == Uri.UriSchemeHttp ? new Http1Transport(baseUrl, settings.ConnectTimeout, TimeProvider.System) : _general;
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>The provider's limits of time.</summary>
    public ProviderSettings Settings { get; }

    /// <summary>The silence after which a stream gets a comment; zero for never.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Signs what is sent; null where a key does. Disposed of with the connection.</summary>
    public IRequestSigner? Signer { get; init; }

    /// <summary>How its errors are told to callers.</summary>
    public UpstreamErrors Errors { get; }

    /// <summary>A request for what stands at a path below the base URL.</summary>
    public UpstreamRequest CreateRequest(string path) => new(HttpMethod.Get, KnownTarget(path)) { Authorization = _authorization, Headers = _ownHeaders };

    /// <summary>A request that posts a body of our own to a path below the base URL.</summary>
    /// <param name="path">The path; it may have a query.</param>
    /// <param name="accept">The media types that are taken.</param>
    /// <param name="headers">Its headers, beside those of every request.</param>
    /// <param name="content">The body.</param>
    public UpstreamRequest CreatePost(string path, string accept, IReadOnlyList<KeyValuePair<string, string>> headers, HttpContent content) =>
        new(HttpMethod.Post, KnownTarget(path, isOurs: true)) { Authorization = _authorization, Accept = accept, Headers = WithOwn(headers), Content = content };

    /// <summary>The request that carries a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="path">Its path here.</param>
    /// <param name="headers">Its headers, beside those of every request.</param>
    /// <param name="content">Its body; null for none.</param>
    public UpstreamRequest CreateRequest(GatewayCall call, string path, IReadOnlyList<KeyValuePair<string, string>> headers, HttpContent? content) =>
        new(call.Method, call.Operation == ApiOperation.Other ? Target(path) : KnownTarget(path, isOurs: !call.Path.Contains('?', StringComparison.Ordinal)))
        {
            Authorization = call.IsAdministration ? _adminAuthorization : _authorization,
            Accept = call.Accept,
            Headers = WithOwn(headers),
            Content = content,
        };

    /// <summary>The request that opens a call's websocket.</summary>
    /// <param name="call">The call; what the caller offers is in its headers.</param>
    /// <param name="path">Its path here.</param>
    public UpstreamRequest CreateSocketRequest(GatewayCall call, string path) =>
        new(call.Method, Target(path)) { Authorization = _authorization, Headers = WithOwn(call.ForwardedHeaders) };

    /// <summary>Sends a request; the answer's head has come when it returns, its body has not.</summary>
    /// <inheritdoc cref="IUpstreamTransport.SendAsync"/>
    public ValueTask<UpstreamAnswer> SendAsync(UpstreamRequest request, CancellationToken cancellationToken) =>
        UpstreamTrace.Current is { } span ? SendTracedAsync(request, span, cancellationToken) : SendUntracedAsync(request, cancellationToken);

    /// <summary>Asks for a websocket. The answer is one when its status is 101.</summary>
    public async ValueTask<HttpClientAnswer> OpenSocketAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var span = UpstreamTrace.Current;
        request = span is null ? request : UpstreamTrace.Carry(request, span);
        var answer = await _general.OpenSocketAsync(Signer is null ? request : await Signer.SignAsync(request, cancellationToken), cancellationToken);
        return span is null ? answer : UpstreamTrace.Tell(span, answer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (Signer as IDisposable)?.Dispose();
        _general.Dispose();
        _ofJson.Dispose();
    }

    // Pooled: every traced call goes through it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<UpstreamAnswer> SendTracedAsync(UpstreamRequest request, Activity span, CancellationToken cancellationToken) =>
        UpstreamTrace.Tell(span, await SendUntracedAsync(UpstreamTrace.Carry(request, span), cancellationToken));

    private ValueTask<UpstreamAnswer> SendUntracedAsync(UpstreamRequest request, CancellationToken cancellationToken) =>
        Signer is null ? TransportOf(request).SendAsync(request, cancellationToken) : SendSignedAsync(request, Signer, cancellationToken);

    private async ValueTask<UpstreamAnswer> SendSignedAsync(UpstreamRequest request, IRequestSigner signer, CancellationToken cancellationToken)
    {
        var signed = await signer.SignAsync(request, cancellationToken);
        return await TransportOf(request).SendAsync(signed, cancellationToken);
    }

    private IUpstreamTransport TransportOf(UpstreamRequest request) => request.Content is null or RequestContent ? _ofJson : _general;

    private static string? Bearer(Secret? key) => key is null ? null : new AuthenticationHeaderValue("Bearer", key.Reveal()).ToString();

    private IReadOnlyList<KeyValuePair<string, string>> WithOwn(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        _ownHeaders.Length == 0 ? headers : [.. _ownHeaders.Where(own => !headers.Any(header => header.Key == own.Key)), .. headers];

    private UpstreamTarget Target(string path) => new(new Uri($"{_baseUrl}/{path}"));

    // Few paths come again and again; those with ids or a query come once.
    private UpstreamTarget KnownTarget(string path, bool isOurs = false)
    {
        if (_targets.TryGetValue(path, out var known))
        {
            return known;
        }

        var target = Target(path);
        if (_targets.Count < MostTargets && (isOurs || !path.Contains('?', StringComparison.Ordinal)))
        {
            _targets.TryAdd(path, target);
        }

        return target;
    }
}
