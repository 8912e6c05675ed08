using System.Globalization;
using System.Security.Cryptography;

namespace Switchboard.Protocol.Webhooks;

/// <summary>Signs webhooks and verifies their signatures: HMAC-SHA256 as Standard Webhooks has it, version <c>v1</c>.</summary>
public static class WebhookSignature
{
    /// <summary>How far the time of sending may lie from now: five minutes either way.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    private const string Base64SecretPrefix = "whsec_";
    private const string VersionPrefix = "v1,";

    /// <summary>Verifies a webhook. The comparison takes the same time wherever signatures differ.</summary>
    /// <param name="body">The body's bytes exactly as received.</param>
    /// <param name="headers">The three headers.</param>
    /// <param name="secret">The endpoint's secret: <c>whsec_</c> and base64, or else any text, whose UTF-8 bytes are the key.</param>
    /// <param name="now">The time now.</param>
    /// <param name="tolerance">How far the time of sending may lie from now, counted in whole seconds; five minutes when null.</param>
    /// <exception cref="ArgumentException">The secret is blank (its signatures anyone can make), or not base64 after <c>whsec_</c>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative.</exception>
    public static WebhookVerdict Verify(ReadOnlySpan<byte> body, WebhookHeaders headers, string secret, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        var allowed = tolerance ?? DefaultTolerance;
        ArgumentOutOfRangeException.ThrowIfLessThan(allowed, TimeSpan.Zero, nameof(tolerance));
        var key = KeyOf(secret);
        try
        {
            return CheckHeaders(headers, now, allowed) is not WebhookVerdict.Valid and var refused
                ? refused
                : CheckSignatures(body, headers, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The value of <c>webhook-signature</c> for a message: <c>v1,</c> and base64.</summary>
    /// <param name="body">The body's bytes.</param>
    /// <param name="id">The message's id, without a full stop, which parts the signed text.</param>
    /// <param name="sentAt">The time of sending; its whole seconds are the <c>webhook-timestamp</c>.</param>
    /// <param name="secret">The endpoint's secret: <c>whsec_</c> and base64, or else any text.</param>
    /// <exception cref="ArgumentException">The id is empty or has a full stop, or the secret is blank or not base64 after <c>whsec_</c>.</exception>
    public static string Sign(ReadOnlySpan<byte> body, string id, DateTimeOffset sentAt, string secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id.Contains('.', StringComparison.Ordinal))
        {
            throw new ArgumentException("The id of a webhook has no full stop.", nameof(id));
        }

        var key = KeyOf(secret);
        try
        {
            Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
            Compute(body, id, sentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), key, signature);
            return VersionPrefix + Convert.ToBase64String(signature);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static WebhookVerdict CheckHeaders(WebhookHeaders headers, DateTimeOffset now, TimeSpan tolerance)
    {
        if (string.IsNullOrEmpty(headers.Signature))
        {
            return WebhookVerdict.MissingSignature;
        }

        if (string.IsNullOrEmpty(headers.Timestamp))
        {
            return WebhookVerdict.MissingTimestamp;
        }

        if (string.IsNullOrEmpty(headers.Id))
        {
            return WebhookVerdict.MissingId;
        }

        // The whole text is a number or it is refused: "1750000000x" is nobody's clock.
        if (!long.TryParse(headers.Timestamp, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sentAt))
        {
            return WebhookVerdict.BadTimestamp;
        }

        // No difference is taken: that of a time far off does not fit.
        var (seconds, allowed) = (now.ToUnixTimeSeconds(), (long)tolerance.TotalSeconds);
        return sentAt < seconds - allowed ? WebhookVerdict.TooOld
            : sentAt > seconds + allowed ? WebhookVerdict.TooNew
            : WebhookVerdict.Valid;
    }

    private static WebhookVerdict CheckSignatures(ReadOnlySpan<byte> body, WebhookHeaders headers, byte[] key)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Compute(body, headers.Id!, headers.Timestamp!, key, expected);

        // Blanks part them; a tab too, and a comma before the blank, where a proxy joined two header lines.
        var signatures = headers.Signature.AsSpan();
        foreach (var part in signatures.SplitAny(' ', '\t'))
        {
            var signature = signatures[part].TrimEnd(',');
            signature = signature.StartsWith(VersionPrefix, StringComparison.Ordinal) ? signature[VersionPrefix.Length..] : signature;

            // Other versions ("v2,…", "v1a,…") still have their comma, which is not base64.
            if (Convert.TryFromBase64Chars(signature, given, out var length) && CryptographicOperations.FixedTimeEquals(expected, given[..length]))
            {
                return WebhookVerdict.Valid;
            }
        }

        return WebhookVerdict.NoMatchingSignature;
    }

    private static void Compute(ReadOnlySpan<byte> body, string id, string timestamp, byte[] key, Span<byte> signature)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hash.AppendData(body);
        hash.GetHashAndReset(signature);
    }

    // No message here may quote the secret.
    private static byte[] KeyOf(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        byte[] key;
        try
        {
            key = secret.StartsWith(Base64SecretPrefix, StringComparison.Ordinal)
                ? Convert.FromBase64String(secret[Base64SecretPrefix.Length..])
                : Encoding.UTF8.GetBytes(secret.AsSpan().Trim().IsEmpty ? "" : secret);
        }
        catch (FormatException)
        {
            throw new ArgumentException("The webhook secret begins with whsec_ and is not base64 after it.", nameof(secret));
        }

        return key.Length > 0 ? key : throw new ArgumentException("The webhook secret is empty, and with an empty key anyone can sign.", nameof(secret));
    }
}
