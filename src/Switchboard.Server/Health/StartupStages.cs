namespace Switchboard.Server.Health;

/// <summary>What has to happen before the gateway takes requests, and when it did.</summary>
internal sealed class StartupStages(TimeProvider time)
{
    /// <summary>The configuration is read and in force; providers are made, models are loaded when they are asked for.</summary>
    public const string Configuration = "configuration";

    /// <summary>It is known whether the shared state is there.</summary>
    public const string Shared = "shared_state";

    /// <summary>Keys, projects, teams and secrets are read.</summary>
    public const string Keys = "keys";

    /// <summary>The addresses are listened on, and everything else has begun.</summary>
    public const string Listening = "listening";

    private static readonly string[] s_names = [Configuration, Shared, Keys, Listening];

    private readonly long _began = time.GetTimestamp();
    private readonly long[] _done = new long[s_names.Length];

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>How long ago that was.</summary>
    public TimeSpan Uptime => time.GetElapsedTime(_began);

    /// <summary>The stages in their order, each with how long after the start it was done; null where it is not.</summary>
    public IEnumerable<(string Name, TimeSpan? After)> All =>
        s_names.Select((name, place) => (name, Volatile.Read(ref _done[place]) is var ticks and > 0 ? TimeSpan.FromTicks(ticks) : (TimeSpan?)null));

    /// <summary>Notes that a stage is done; only the first time counts.</summary>
    public void Done(string name) => Interlocked.CompareExchange(ref _done[Array.IndexOf(s_names, name)], Math.Max(1, Uptime.Ticks), 0);
}
