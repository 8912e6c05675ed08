using Switchboard.Protocol.Webhooks;

namespace Switchboard.Client.Webhooks;

/// <content>Headers as frameworks have them; names in any case.</content>
public sealed partial class WebhooksClient
{
    /// <summary>Verifies a webhook and reads its event, with headers that a function looks up: <c>name => request.Headers[name]</c>.</summary>
    /// <inheritdoc cref="Unwrap(ReadOnlySpan{byte}, WebhookHeaders, string?, TimeSpan?)"/>
    public WebhookEvent Unwrap(ReadOnlySpan<byte> body, Func<string, string?> headers, string? secret = null, TimeSpan? tolerance = null) =>
        Unwrap(body, HeadersOf(headers), secret, tolerance);

    /// <summary>Verifies a webhook and reads its event, with headers of several values each, such as <see cref="System.Net.Http.Headers.HttpHeaders"/>.</summary>
    /// <inheritdoc cref="Unwrap(ReadOnlySpan{byte}, WebhookHeaders, string?, TimeSpan?)"/>
    public WebhookEvent Unwrap(ReadOnlySpan<byte> body, IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers, string? secret = null, TimeSpan? tolerance = null) =>
        Unwrap(body, HeadersOf(headers), secret, tolerance);

    /// <summary>Verifies a webhook and reads its event, with headers of one value each, such as a dictionary.</summary>
    /// <inheritdoc cref="Unwrap(ReadOnlySpan{byte}, WebhookHeaders, string?, TimeSpan?)"/>
    public WebhookEvent Unwrap(ReadOnlySpan<byte> body, IEnumerable<KeyValuePair<string, string>> headers, string? secret = null, TimeSpan? tolerance = null) =>
        Unwrap(body, HeadersOf(headers), secret, tolerance);

    /// <summary>Verifies a webhook, with headers that a function looks up.</summary>
    /// <inheritdoc cref="Unwrap(ReadOnlySpan{byte}, WebhookHeaders, string?, TimeSpan?)"/>
    public void Verify(ReadOnlySpan<byte> body, Func<string, string?> headers, string? secret = null, TimeSpan? tolerance = null) =>
        Verify(body, HeadersOf(headers), secret, tolerance);

    /// <summary>Verifies a webhook, with headers of several values each.</summary>
    /// <inheritdoc cref="Unwrap(ReadOnlySpan{byte}, WebhookHeaders, string?, TimeSpan?)"/>
    public void Verify(ReadOnlySpan<byte> body, IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers, string? secret = null, TimeSpan? tolerance = null) =>
        Verify(body, HeadersOf(headers), secret, tolerance);

    /// <summary>Verifies a webhook, with headers of one value each.</summary>
    /// <inheritdoc cref="Unwrap(ReadOnlySpan{byte}, WebhookHeaders, string?, TimeSpan?)"/>
    public void Verify(ReadOnlySpan<byte> body, IEnumerable<KeyValuePair<string, string>> headers, string? secret = null, TimeSpan? tolerance = null) =>
        Verify(body, HeadersOf(headers), secret, tolerance);

    private static WebhookHeaders HeadersOf(Func<string, string?> find)
    {
        ArgumentNullException.ThrowIfNull(find, "headers");
        return new WebhookHeaders(find(WebhookHeaders.IdName), find(WebhookHeaders.TimestampName), find(WebhookHeaders.SignatureName));
    }

    private static WebhookHeaders HeadersOf(IEnumerable<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return HeadersOf(name => headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value);
    }

    // Several lines of signatures are one list of them.
    private static WebhookHeaders HeadersOf(IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return HeadersOf(name => headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is { } values ? string.Join(' ', values) : null);
    }
}
