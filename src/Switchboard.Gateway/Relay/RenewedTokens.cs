using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Tokens of OAuth 2.0 that end after a while. One is kept until shortly before its end, and asked for once, however many
/// calls wait for it; while the old one still holds nobody waits.
/// </summary>
internal abstract class RenewedTokens : IRequestSigner, IDisposable
{
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly string _provider;
    private readonly HttpClientTransport _transport;
    private readonly UpstreamErrors _errors;
    private Token? _token;
    private Task<Token>? _asking;
    private DateTimeOffset _askFrom;
    private bool _isDisposed;

    /// <summary>The tokens of a provider.</summary>
    protected RenewedTokens(string provider, ProviderSettings settings, TimeProvider time)
    {
        _provider = provider;
        Time = time;
        _transport = new HttpClientTransport(settings);
        _errors = new UpstreamErrors(provider, settings);
    }

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; }

    /// <summary>Who gives the tokens, as errors call them.</summary>
    protected abstract string Service { get; }

    /// <summary>The setting that says where they are given.</summary>
    protected abstract string PlaceSetting { get; }

    /// <summary>The settings with which they are asked for.</summary>
    protected abstract string SecretSettings { get; }

    /// <inheritdoc/>
    public async ValueTask<UpstreamRequest> SignAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var token = Volatile.Read(ref _token);
        var now = Time.GetUtcNow();
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
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the tokens hold; they may belong to several connections.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !Interlocked.Exchange(ref _isDisposed, true))
        {
            _closing.Cancel();
            _closing.Dispose();
            _transport.Dispose();
        }
    }

    /// <summary>Where a token is asked for, and the form that is posted there.</summary>
    /// <exception cref="SigningException">There is nothing to ask with.</exception>
    protected abstract ValueTask<(Uri Address, IEnumerable<KeyValuePair<string, string?>> Form)> WriteAsync(CancellationToken cancellationToken);

    /// <summary>A fault of what the gateway asks with, not of the caller's.</summary>
    protected GatewayError Refused(string why) => new(
        401,
        new($"{Service} gave no token for the provider '{_provider}' ({why}). Check providers.{_provider}.{SecretSettings}.", Protocol.Errors.ErrorTypes.Authentication, null, "invalid_api_key"));

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
        using var deadline = new CancellationTokenSource(s_longest, Time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _closing.Token);
        try
        {
            var token = await AskAsync(attempt.Token);
            Volatile.Write(ref _token, token);
            return token;
        }
        catch (OperationCanceledException)
        {
            throw new SigningException(GatewayError.UpstreamTimeout($"{Service} gave no token for the provider '{_provider}' within {s_longest.TotalSeconds} s."));
        }
        catch (Exception exception) when (exception is not SigningException && UpstreamFaults.IsNetwork(exception))
        {
            throw new SigningException(GatewayError.Upstream($"{Service} cannot be reached for a token for the provider '{_provider}'. Check providers.{_provider}.{PlaceSetting}.", UpstreamFaults.Unreachable));
        }
    }

    private async Task<Token> AskAsync(CancellationToken cancellationToken)
    {
        var (address, form) = await WriteAsync(cancellationToken);
        using var content = new FormUrlEncodedContent(form);
        var request = new UpstreamRequest(HttpMethod.Post, new UpstreamTarget(address)) { Accept = "application/json", Content = content };
        using var answer = await _transport.SendAsync(request, cancellationToken);
        using var body = await BoundedBody.ReadAsync(answer, MostBytes, cancellationToken);
        if (answer.IsSuccess)
        {
            return Read(body.Bytes) ?? throw new SigningException(UpstreamFaults.Invalid(_provider, $"a token of {Service} that is none"));
        }

        // A wrong secret is told with 401 by some and with 400 by others: it is the configuration's fault and not the caller's.
        var error = _errors.FromAnswer(answer, body.Bytes.Span, Time.GetUtcNow());
        throw new SigningException(answer.Status is >= 400 and < 500 and not (408 or 429) ? Refused($"status {answer.Status}") : error);
    }

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

            var now = Time.GetUtcNow();
            var lasts = TimeSpan.FromSeconds(Math.Clamp(root.Integer("expires_in"u8) ?? 0, 1, 86_400));
            var ahead = lasts > 2 * s_ahead ? s_ahead : lasts / 2;
            return new Token(new AuthenticationHeaderValue("Bearer", token).ToString(), now + lasts - ahead, now + lasts);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Token(string Authorization, DateTimeOffset RenewFrom, DateTimeOffset EndsAt);
}
