namespace Switchboard.Protocol.Webhooks;

/// <summary>The three headers of a signed webhook, as they came; null where one is missing.</summary>
/// <param name="Id">The value of <c>webhook-id</c>.</param>
/// <param name="Timestamp">The value of <c>webhook-timestamp</c>.</param>
/// <param name="Signature">The value of <c>webhook-signature</c>: one signature or several with blanks between.</param>
public readonly record struct WebhookHeaders(string? Id, string? Timestamp, string? Signature)
{
    /// <summary>The name of the header with the message's id.</summary>
    public const string IdName = "webhook-id";

    /// <summary>The name of the header with the time of sending, in seconds since 1970.</summary>
    public const string TimestampName = "webhook-timestamp";

    /// <summary>The name of the header with the signatures.</summary>
    public const string SignatureName = "webhook-signature";
}
