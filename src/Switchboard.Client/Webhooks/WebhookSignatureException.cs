using Switchboard.Protocol.Webhooks;

namespace Switchboard.Client.Webhooks;

/// <summary>A webhook is not to be trusted: answer it with 400 and do nothing else. The message tells which check failed, and nothing of secrets or signatures.</summary>
public sealed class WebhookSignatureException : Exception
{
    internal WebhookSignatureException(WebhookVerdict verdict)
        : base(Describe(verdict)) => Verdict = verdict;

    /// <summary>Which check failed.</summary>
    public WebhookVerdict Verdict { get; }

    private static string Describe(WebhookVerdict verdict) => verdict switch
    {
        WebhookVerdict.MissingId => "The webhook lacks the header webhook-id.",
        WebhookVerdict.MissingTimestamp => "The webhook lacks the header webhook-timestamp.",
        WebhookVerdict.MissingSignature => "The webhook lacks the header webhook-signature.",
        WebhookVerdict.BadTimestamp => "The webhook's timestamp is no number of seconds.",
        WebhookVerdict.TooOld => "The webhook was sent too long ago: it is a replay, or a clock is wrong.",
        WebhookVerdict.TooNew => "The webhook was sent in the future: a clock is wrong.",
        _ => "The webhook is signed with none of the secrets.",
    };
}
