using System.Globalization;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>One limit of somebody, with what counts it. Made once and used by all of their calls.</summary>
internal class LimitRule(LimitOwner owner, LimitKind kind, long limit, Counter? counter)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>Whose it is.</summary>
    public LimitOwner Owner => owner;

    /// <summary>What it is of.</summary>
    public LimitKind Kind => kind;

    /// <summary>How much there may be.</summary>
    public long Limit => limit;

    /// <summary>The same as callers are told.</summary>
    public string LimitText { get; } = limit.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether it counts requests in a window.</summary>
    public bool IsOfRequests => kind is LimitKind.RequestsPerMinute or LimitKind.RequestsPerDay;

    /// <summary>Whether it counts tokens.</summary>
    public bool IsOfTokens => kind is LimitKind.TokensPerMinute or LimitKind.TokensPerDay;

    /// <summary>Adds the rules of some limits.</summary>
    /// <param name="rules">Where to.</param>
    /// <param name="owner">Whose they are.</param>
    /// <param name="id">What tells them from others, such as the id of a key.</param>
    /// <param name="limits">The limits.</param>
    public static void Add(List<LimitRule> rules, LimitOwner owner, string id, AccessLimits limits)
    {
        Add(LimitKind.RequestsPerMinute, limits.RequestsPerMinute);
        Add(LimitKind.RequestsPerDay, limits.RequestsPerDay);
        Add(LimitKind.TokensPerMinute, limits.TokensPerMinute);
        Add(LimitKind.TokensPerDay, limits.TokensPerDay);
        Add(LimitKind.ConcurrentRequests, limits.ConcurrentRequests);

        void Add(LimitKind kind, long? limit)
        {
            if (limit is { } most)
            {
                // Beyond what Redis counts exactly there is no limit.
                rules.Add(new LimitRule(owner, kind, Math.Min(most, MostCounted), CounterOf(kind, id)));
            }
        }
    }

    /// <summary>The most that every store counts exactly.</summary>
    public const long MostCounted = 1L << 53;

    /// <summary>What counts it at a time.</summary>
    public virtual Counter CounterAt(DateTimeOffset now) => counter!;

    /// <summary>What a call takes from it.</summary>
    /// <param name="tokens">How many tokens the call may take.</param>
    /// <param name="now">The time.</param>
    public virtual CounterTake TakeOf(long tokens, DateTimeOffset now) => new(CounterAt(now), IsOfTokens ? tokens : 1, limit);

    private static Counter CounterOf(LimitKind kind, string id) => kind switch
    {
        LimitKind.RequestsPerMinute => Counter.Window($"requests:{id}", s_minute),
        LimitKind.RequestsPerDay => Counter.Window($"requests:{id}", s_day),
        LimitKind.TokensPerMinute => Counter.Window($"tokens:{id}", s_minute),
        LimitKind.TokensPerDay => Counter.Window($"tokens:{id}", s_day),
        _ => Counter.Concurrent($"running:{id}"),
    };
}
