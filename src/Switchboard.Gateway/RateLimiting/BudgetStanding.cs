using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>How a budget stands.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Name">What people call them.</param>
/// <param name="Budget">The budget.</param>
/// <param name="Spent">What was spent in the period, in nano-dollars.</param>
/// <param name="ResetsAt">When the next period begins; null for never.</param>
public sealed record BudgetStanding(SpendingScope Scope, string Name, Budget Budget, long Spent, DateTimeOffset? ResetsAt);
