using System.Runtime.CompilerServices;
using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>The limits and budgets of a caller's scopes, made ready once for as long as they stay as they are.</summary>
internal sealed class ScopeRules
{
    private static readonly ScopeRules s_none = new([]);

    // A key has one list of scopes until something of it changes; what is made of it goes with it.
    private static readonly ConditionalWeakTable<IReadOnlyList<AccessScope>, ScopeRules> s_known = [];

    // Those of a team are the same for all of its keys: each budget warns once.
    private static readonly ConditionalWeakTable<AccessScope, LimitRule[]> s_ofScopes = [];

    private ScopeRules(IReadOnlyList<AccessScope> scopes)
    {
        Rules = [.. scopes.SelectMany(scope => s_ofScopes.GetValue(scope, MakeOf))];
        Models = [.. scopes
            .Where(scope => scope.Policy.Limits.Models.Count > 0)
            .Select(scope => new ModelLimits(scope.Policy.Limits.Models, LimitOwner.Of(scope).With, pattern => IdOf(scope, pattern)))];
    }

    /// <summary>Those that hold for each call.</summary>
    public LimitRule[] Rules { get; }

    /// <summary>Those of some models, by scope.</summary>
    public ModelLimits[] Models { get; }

    /// <summary>What the counters of a scope are called by, or those of some models in it.</summary>
    public static string IdOf(AccessScope scope, string? pattern) => pattern is null ? scope.Id : $"{scope.Id}:model:{pattern}";

    /// <summary>What holds for a caller.</summary>
    public static ScopeRules Of(Caller caller) =>
        caller.Scopes.Count == 0 ? s_none : s_known.GetValue(caller.Scopes, static scopes => new ScopeRules(scopes));

    private static LimitRule[] MakeOf(AccessScope scope)
    {
        var rules = new List<LimitRule>();
        LimitRule.Add(rules, LimitOwner.Of(scope), IdOf(scope, null), scope.Policy.Limits);
        rules.AddRange(BudgetRule.Of(scope));
        return [.. rules];
    }
}
