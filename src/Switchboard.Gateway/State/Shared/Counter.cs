namespace Switchboard.Gateway.State.Shared;

/// <summary>
/// Names something that is counted. Two of the same kind, name and period are the same counter. Keep one rather than
/// make it for each call.
/// </summary>
public sealed class Counter : IEquatable<Counter>
{
    /// <summary>How many steps a window has; what was taken in a step counts until all of the step is outside.</summary>
    public const int Steps = 60;

    private readonly int _hash;

    private Counter(CounterKind kind, string name, TimeSpan period, DateTimeOffset? until)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Kind, Name, Period, Until) = (kind, name, period, until);
        _hash = HashCode.Combine(kind, name.GetHashCode(StringComparison.Ordinal), period);
    }

    /// <summary>How it counts.</summary>
    public CounterKind Kind { get; }

    /// <summary>Its name, such as <c>rpm:key_1</c>; unique among those of its kind and period.</summary>
    public string Name { get; }

    /// <summary>The length of a window; zero for the others.</summary>
    public TimeSpan Period { get; }

    /// <summary>When the period of a total ends; null where it never does, and for the others.</summary>
    public DateTimeOffset? Until { get; }

    /// <summary>The length of one step of a window.</summary>
    public TimeSpan Step => new(Period.Ticks / Steps);

    /// <summary>
    /// A window that slides over a period in 60 steps: in no stretch of that length is more let through than the limit.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="period">1 s to 31 days; whole milliseconds a step.</param>
    public static Counter Window(string name, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, TimeSpan.FromDays(31));
        return period.Ticks % (Steps * TimeSpan.TicksPerMillisecond) == 0
            ? new(CounterKind.Window, name, period, null)
            : throw new ArgumentException("A step of the window must be whole milliseconds.", nameof(period));
    }

    /// <summary>
    /// Calls that run at once. Each holds a lease that is renewed while it runs; a node that was killed frees its own
    /// within a minute.
    /// </summary>
    public static Counter Concurrent(string name) => new(CounterKind.Concurrent, name, TimeSpan.Zero, null);

    /// <summary>
    /// Something spent, such as nano-dollars; refused once the limit is reached. The store begins with what it is told
    /// (<see cref="ISharedCounters.SeedAsync"/>).
    /// </summary>
    /// <param name="name">Its name, with the period: another month is another counter.</param>
    /// <param name="until">When the period ends; null for never.</param>
    public static Counter Total(string name, DateTimeOffset? until = null) => new(CounterKind.Total, name, TimeSpan.Zero, until);

    /// <inheritdoc/>
    public bool Equals(Counter? other) =>
        ReferenceEquals(this, other)
        || (other is not null && other._hash == _hash && other.Kind == Kind && other.Period == Period && other.Name == Name);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Counter);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}
