using Switchboard.Gateway.Access;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>How a limit of a scope stands.</summary>
/// <param name="Limit">What it is of: <c>requests_per_minute</c> and so on.</param>
/// <param name="Model">The pattern of the models that it holds for; null for all.</param>
/// <param name="Most">How much there may be.</param>
/// <param name="Remaining">What is left.</param>
/// <param name="ResetsIn">When all of it is free again if nothing more is asked; zero where it is, or nobody can tell.</param>
public sealed record LimitStanding(string Limit, string? Model, long Most, long Remaining, TimeSpan ResetsIn)
{
    /// <summary>How the limits of a scope stand, those of its models after its own. Nothing is taken.</summary>
    public static async Task<IReadOnlyList<LimitStanding>> ReadAsync(AccessScope scope, ISharedCounters counters)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(counters);
        var rules = new List<LimitRule>();
        var models = new List<string?>();
        Add(null, ScopeRules.IdOf(scope, null), scope.Policy.Limits);
        foreach (var (pattern, limits) in scope.Policy.Limits.Models)
        {
            Add(pattern, ScopeRules.IdOf(scope, pattern), limits);
        }

        var standings = new List<LimitStanding>(rules.Count);
        foreach (var some in rules.Chunk(CounterTake.Most))
        {
            foreach (var state in await counters.PeekAsync(some.Select(rule => rule.TakeOf(0, default)).ToArray()))
            {
                var (rule, model) = (rules[standings.Count], models[standings.Count]);
                standings.Add(new(RateLimitingMetrics.WordOf(rule), model, rule.Limit, state.Remaining, state.ResetsIn));
            }
        }

        return standings;

        void Add(string? model, string id, AccessLimits limits)
        {
            LimitRule.Add(rules, LimitOwner.Of(scope), id, limits);
            models.AddRange(Enumerable.Repeat(model, rules.Count - models.Count));
        }
    }
}
