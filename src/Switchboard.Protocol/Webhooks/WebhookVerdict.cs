namespace Switchboard.Protocol.Webhooks;

/// <summary>What a webhook's signature is worth. Only <see cref="Valid"/> is a message to act on.</summary>
public enum WebhookVerdict
{
    /// <summary>No signature is that of this body, id and time under this secret.</summary>
    NoMatchingSignature,

    /// <summary>The header <c>webhook-id</c> is missing or empty.</summary>
    MissingId,

    /// <summary>The header <c>webhook-timestamp</c> is missing or empty.</summary>
    MissingTimestamp,

    /// <summary>The header <c>webhook-signature</c> is missing or empty.</summary>
    MissingSignature,

    /// <summary>The header <c>webhook-timestamp</c> is no whole number of seconds.</summary>
    BadTimestamp,

    /// <summary>The message was sent longer ago than the tolerance: a replay, or a clock that is wrong.</summary>
    TooOld,

    /// <summary>The message was sent later than now by more than the tolerance: a clock is wrong.</summary>
    TooNew,

    /// <summary>The message is the sender's and fresh.</summary>
    Valid,
}
