namespace Switchboard.Client;

/// <summary>When and how often a websocket that broke is opened again.</summary>
/// <remarks>
/// Events that wait to be sent are kept and sent after it. What had been sent may or may not have arrived, and the server knows nothing
/// of the session before: the hook of the connection's options is the place to say it again.
/// </remarks>
public sealed record ReconnectOptions
{
    /// <summary>The type of the event that tells in the stream of events that the connection is another one now. No server sends it; it arrives as an unknown event, with a member <c>attempts</c>.</summary>
    public const string ReconnectedType = "switchboard.reconnected";

    /// <summary>How many attempts in a row, above zero; 5 by default. The count begins anew when an event has come.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The wait before the first attempt, doubled for each further one, less up to a quarter by chance; half a second by default.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait; 8 seconds by default.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// The close codes (RFC 6455, 7.4) after which it is worth it: by default 1001 (going away), 1006 (broken without a close), 1011
    /// (internal error), 1012 (restart), 1013 (try again later) and 1014 (bad gateway).
    /// </summary>
    public IReadOnlyCollection<int> CloseCodes { get; init; } = [1001, ApiSocketClosedException.Abnormal, 1011, 1012, 1013, 1014];

    /// <summary>The connection is to be opened again after such an end.</summary>
    internal bool IsFor(ApiException end) => end is ApiSocketClosedException closed && CloseCodes.Contains(closed.CloseCode);

    /// <summary>The wait before an attempt; the first is 1.</summary>
    internal TimeSpan DelayBefore(int attempt)
    {
        var doubled = FirstDelay * Math.Pow(2, Math.Min(attempt - 1, 20));
        return (doubled < MaxDelay ? doubled : MaxDelay) * (1 - (Random.Shared.NextDouble() / 4));
    }
}
