using Switchboard.Protocol.Json;
using Switchboard.Protocol.Webhooks;

namespace Switchboard.Client.Webhooks;

/// <summary>Verifies webhooks and reads their events. Nothing is sent. Thread-safe.</summary>
/// <remarks>
/// Several secrets are accepted at once, so that one can be changed for another without a gap: one per item here, or in
/// <see cref="SwitchboardClientOptions.WebhookSecret"/> (and <c>OPENAI_WEBHOOK_SECRET</c>) several of the form <c>whsec_…</c> with blanks
/// or commas between.
/// </remarks>
public sealed partial class WebhooksClient
{
    private static readonly char[] s_separators = [' ', '\t', '\r', '\n', ','];

    private readonly string[] _secrets;
    private readonly TimeProvider _time;

    /// <summary>Makes one without a client.</summary>
    /// <param name="secrets">The secrets that are accepted: <c>whsec_</c> and base64, or else any text.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">There is no secret, or one is empty or not base64 after <c>whsec_</c>.</exception>
    public WebhooksClient(IEnumerable<string> secrets, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _secrets = [.. secrets];
        _time = timeProvider ?? TimeProvider.System;
        if (_secrets.Length == 0)
        {
            throw new ArgumentException("There is no webhook secret.", nameof(secrets));
        }

        foreach (var secret in _secrets)
        {
            // It cannot be valid; a secret that cannot work is told here rather than by the first webhook.
            WebhookSignature.Verify([], default, secret, default);
        }
    }

    internal WebhooksClient(SwitchboardClientOptions options)
    {
        _secrets = options.WebhookSecret is { } secrets ? Split(secrets) : [];
        _time = options.TimeProvider;
    }

    /// <summary>Verifies a webhook and reads its event.</summary>
    /// <param name="body">The body's bytes exactly as received: not JSON that was read and written again.</param>
    /// <param name="headers">The three headers.</param>
    /// <param name="secret">The one secret for this webhook; null for those of the client.</param>
    /// <param name="tolerance">How far the time of sending may lie from now, counted in whole seconds; five minutes when null.</param>
    /// <returns>The event; <see cref="UnknownWebhookEvent"/> for one that no type is made for.</returns>
    /// <exception cref="WebhookSignatureException">The webhook is not the sender's, or not fresh.</exception>
    /// <exception cref="ApiConfigurationException">There is no secret.</exception>
    /// <exception cref="ArgumentException">The secret is empty, or not base64 after <c>whsec_</c>; the tolerance is negative.</exception>
    /// <exception cref="System.Text.Json.JsonException">The webhook is the sender's, and no event.</exception>
    public WebhookEvent Unwrap(ReadOnlySpan<byte> body, WebhookHeaders headers, string? secret = null, TimeSpan? tolerance = null)
    {
        Verify(body, headers, secret, tolerance);
        return WireJson.Deserialize<WebhookEvent>(body);
    }

    /// <summary>Verifies a webhook.</summary>
    /// <inheritdoc cref="Unwrap(ReadOnlySpan{byte}, WebhookHeaders, string?, TimeSpan?)"/>
    public void Verify(ReadOnlySpan<byte> body, WebhookHeaders headers, string? secret = null, TimeSpan? tolerance = null)
    {
        var now = _time.GetUtcNow();
        var verdict = WebhookVerdict.NoMatchingSignature;
        foreach (var accepted in secret is null ? Secrets() : [secret])
        {
            verdict = WebhookSignature.Verify(body, headers, accepted, now, tolerance);

            // Any other fault than the signature's is the same with the next secret.
            if (verdict != WebhookVerdict.NoMatchingSignature)
            {
                break;
            }
        }

        if (verdict != WebhookVerdict.Valid)
        {
            throw new WebhookSignatureException(verdict);
        }
    }

    private string[] Secrets() => _secrets.Length > 0
        ? _secrets
        : throw new ApiConfigurationException("No webhook secret: set OPENAI_WEBHOOK_SECRET, or WebhookSecret in the client's options.");

    // A secret that is any text may hold blanks: its pieces would be secrets that are easier to guess.
    private static string[] Split(string secrets)
    {
        var parts = secrets.Split(s_separators, StringSplitOptions.RemoveEmptyEntries);
        return Array.TrueForAll(parts, part => part.StartsWith("whsec_", StringComparison.Ordinal)) && parts.Length > 0 ? parts : [secrets];
    }
}
