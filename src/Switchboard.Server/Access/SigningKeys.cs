using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Access;

/// <summary>
/// The keys that an issuer signs tokens with, as it publishes them (RFC 7517). They are read when the first token comes,
/// again after an hour, and when a token names one that is not among them. While the issuer is away those that are known
/// hold.
/// </summary>
internal sealed partial class SigningKeys(TokenSettings settings, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_fresh = TimeSpan.FromHours(1);

    // Nobody makes the gateway ask all the time, be it by tokens with keys that there are not.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = s_fresh }) { Timeout = s_deadline, MaxResponseContentBufferSize = 1024 * 1024 };
    private readonly Lock _lock = new();
    private Task? _reading;
    private IReadOnlyList<SecurityKey>? _keys;
    private long? _readAt;
    private long? _failedAt;

    /// <summary>The keys; null where they could not be read yet.</summary>
    /// <param name="id">The one that is looked for, as the token has it in <c>kid</c>; empty for any.</param>
    /// <param name="cancellationToken">Fires when nobody waits any longer.</param>
    public async ValueTask<IReadOnlyList<SecurityKey>?> GetAsync(string id, CancellationToken cancellationToken)
    {
        var keys = Volatile.Read(ref _keys);
        var isThere = keys is not null && (id.Length == 0 || keys.Any(key => key.KeyId == id));
        if (Refresh(isThere) is { } reading && !isThere)
        {
            await reading.WaitAsync(cancellationToken);
        }

        return Volatile.Read(ref _keys);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    // The reading that runs, or one that is begun because it is time; null where there is none.
    private Task? Refresh(bool isThere)
    {
        lock (_lock)
        {
            if (_reading is { IsCompleted: false })
            {
                return _reading;
            }

            var isDue = !(_failedAt is { } failed && time.GetElapsedTime(failed) < s_pauseAfterFault)
                && (_readAt is not { } read || time.GetElapsedTime(read) > (isThere ? s_fresh : s_pause));
            return _reading = isDue ? ReadAsync() : null;
        }
    }

    private async Task ReadAsync()
    {
        // The lock is held by who begins it.
        await Task.Yield();
        try
        {
            var url = settings.JwksUrl ?? await FindAsync();
            var keys = JsonWebKeySet.Create(await _client.GetStringAsync(url)).GetSigningKeys();
            Volatile.Write(ref _keys, [.. keys.OfType<AsymmetricSecurityKey>()]);
            (_readAt, _failedAt) = (time.GetTimestamp(), null);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or JsonException or ArgumentException or InvalidOperationException)
        {
            _failedAt = time.GetTimestamp();
            Log.NotRead(logger, settings.Issuer, fault.Message);
        }
    }

    // OpenID Connect Discovery 1.0.
    private async Task<Uri> FindAsync()
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync(new Uri(settings.Issuer.TrimEnd('/') + "/.well-known/openid-configuration")));
        return document.RootElement.TryGetProperty("jwks_uri", out var found) && Uri.TryCreate(found.GetString(), UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback)
            ? url
            : throw new InvalidOperationException("Its configuration names no jwks_uri with https.");
    }

    private static partial class Log
    {
        [LoggerMessage(1510, LogLevel.Error, "The keys of tokens cannot be read from {Issuer}; what is known of them holds: {Fault}")]
        public static partial void NotRead(ILogger logger, string issuer, string fault);
    }
}
