namespace Switchboard.Client.AspNetCore;

/// <summary>How an endpoint takes webhooks.</summary>
public sealed record WebhookEndpointOptions
{
    /// <summary>The secrets that are accepted. When empty, as by default, those of the <see cref="SwitchboardClient"/> among the services.</summary>
    public IReadOnlyCollection<string> Secrets { get; init; } = [];

    /// <summary>How far the time of sending may lie from now; five minutes by default.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest body that is taken, in bytes, above zero; 1 MiB by default.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>The options without their secrets.</summary>
    public override string ToString() => $"{nameof(WebhookEndpointOptions)} {{ {nameof(Tolerance)} = {Tolerance}, {nameof(MaxBodyBytes)} = {MaxBodyBytes} }}";
}
