using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Providers.Azure;

/// <summary>
/// Tokens of Entra for an application (OAuth 2.0, client credentials). One is kept until shortly before it ends, and
/// asked for once, however many calls wait for it; while the old one still holds nobody waits.
/// </summary>
internal sealed class EntraTokens : IRequestSigner, IDisposable
{
    private const int MostBytes = 64 * 1024;
    private const string UsualAuthority = "https://login.microsoftonline.com";

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly string _provider;
    private readonly ProviderSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClientTransport _transport;
    private readonly UpstreamTarget _target;
    private readonly UpstreamErrors _errors;
    private Token? _token;
    private Task<Token>? _asking;
    private DateTimeOffset _askFrom;

    /// <summary>The tokens of a provider.</summary>
    public EntraTokens(string provider, ProviderSettings settings, TimeProvider time)
    {
        _provider = provider;
        _settings = settings;
        _time = time;
        _transport = new HttpClientTransport(settings);
        _errors = new UpstreamErrors(provider, settings);
        var authority = settings.Authority?.AbsoluteUri.TrimEnd('/') ?? UsualAuthority;
        _target = new UpstreamTarget(new Uri($"{authority}/{Uri.EscapeDataString(settings.TenantId ?? "")}/oauth2/v2.0/token"));
    }

    /// <inheritdoc/>
    public async ValueTask<UpstreamRequest> SignAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var token = Volatile.Read(ref _token);
        var now = _time.GetUtcNow();
        if (token is null || now >= token.RenewFrom)
        {
            var asking = Ask(now);
            if (token is null || now >= token.EndsAt)
            {
                token = await asking.WaitAsync(cancellationToken);
            }
        }

        return request with { Authorization = token.Authorization };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
        _transport.Dispose();
    }

    // Who waits may leave; the question goes on for the others.
    private Task<Token> Ask(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_asking is { IsCompleted: false } || (_asking is not null && _token is not null && now < _askFrom))
            {
                return _asking;
            }

            _askFrom = now + s_rest;
            _asking = Task.Run(AskAsync);

            // Nobody may be waiting: then a failure is told to the one who comes when the old token has ended.
            _ = _asking.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return _asking;
        }
    }

    private async Task<Token> AskAsync()
    {
        using var deadline = new CancellationTokenSource(s_longest, _time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _closing.Token);
        try
        {
            var token = await AskAsync(attempt.Token);
            Volatile.Write(ref _token, token);
            return token;
        }
        catch (OperationCanceledException)
        {
            throw new SigningException(GatewayError.UpstreamTimeout($"Entra gave no token for the provider '{_provider}' within {s_longest.TotalSeconds} s."));
        }
        catch (Exception exception) when (exception is not SigningException && UpstreamFaults.IsNetwork(exception))
        {
            throw new SigningException(GatewayError.Upstream($"Entra cannot be reached for a token for the provider '{_provider}'. Check providers.{_provider}.authority.", UpstreamFaults.Unreachable));
        }
    }

    private async Task<Token> AskAsync(CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"),
            new("client_id", _settings.ClientId),
            new("client_secret", _settings.ClientSecret?.Reveal()),
            new("scope", $"https://cognitiveservices.azure.{CloudOf(_settings.Endpoint)}/.default"),
        ]);
        using var answer = await _transport.SendAsync(new UpstreamRequest(HttpMethod.Post, _target) { Accept = "application/json", Content = content }, cancellationToken);
        using var body = await BoundedBody.ReadAsync(answer, MostBytes, cancellationToken);
        if (answer.IsSuccess)
        {
            return Read(body.Bytes) ?? throw new SigningException(UpstreamFaults.Invalid(_provider, "a token of Entra that is none"));
        }

        var error = _errors.FromAnswer(answer, body.Bytes.Span, _time.GetUtcNow());
        throw new SigningException(answer.Status is >= 400 and < 500 and not (408 or 429) ? Refused(error) : error);
    }

    // A wrong secret is told with 401, a wrong tenant with 400: both are the configuration's fault and not the caller's.
    private GatewayError Refused(GatewayError error) => new(
        401,
        new(
            $"Entra gave no token for the provider '{_provider}' (status {error.Status}). Check providers.{_provider}.tenant_id, client_id and client_secret.",
            Protocol.Errors.ErrorTypes.Authentication,
            null,
            "invalid_api_key"));

    private Token? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.Text("access_token"u8) is not { Length: > 0 } token || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                return null;
            }

            var now = _time.GetUtcNow();
            var lasts = TimeSpan.FromSeconds(Math.Clamp(root.Integer("expires_in"u8) ?? 0, 1, 86_400));
            var ahead = lasts > 2 * s_ahead ? s_ahead : lasts / 2;
            return new Token(new AuthenticationHeaderValue("Bearer", token).ToString(), now + lasts - ahead, now + lasts);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The clouds of governments and of China have names of their own.
    private static string CloudOf(Uri? endpoint) =>
        endpoint?.Host.EndsWith(".azure.us", StringComparison.OrdinalIgnoreCase) == true ? "us"
        : endpoint?.Host.EndsWith(".azure.cn", StringComparison.OrdinalIgnoreCase) == true ? "cn"
        : "com";

    private sealed record Token(string Authorization, DateTimeOffset RenewFrom, DateTimeOffset EndsAt);
}
