namespace Switchboard.Gateway.Configuration;

/// <summary>The batches that the gateway runs itself, the <c>batches:</c> part.</summary>
public sealed record BatchSettings
{
    /// <summary>How many lines of all batches this gateway has answered at once (<c>concurrency</c>), 0 to 10,000; with 0 it runs none. Default 16.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>How often a line is tried whose fault may pass (<c>attempts</c>), 1 to 100. Waiting for the caller's own limits counts for nothing. Default 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Who is told of the end of each batch (<c>webhook</c>); null for nobody. Default null.</summary>
    public WebhookSettings? Webhook { get; init; }
}

/// <summary>Who is told, the <c>webhook:</c> part.</summary>
public sealed record WebhookSettings
{
    /// <summary>Where it is posted to (<c>url</c>), http or https.</summary>
    public Uri? Url { get; init; }

    /// <summary>Signs it (<c>secret</c>): <c>whsec_</c> and base64, or else any text.</summary>
    public Secret? Secret { get; init; }
}
