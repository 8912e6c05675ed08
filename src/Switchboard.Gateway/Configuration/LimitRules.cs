using System.Globalization;
using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>limits:</c> part and of the budgets of providers.</summary>
internal static class LimitRules
{
    /// <summary>The most a limit may be: what every store counts exactly.</summary>
    public const long Most = 1L << 53;

    // All that hold for a call are asked for at once, and that has room for so many.
    private const int MostBudgets = 10;

    public static void Check(GatewayConfiguration configuration, List<ConfigurationFault> faults)
    {
        Check("limits.user", configuration.Limits.User, faults);
        Check("limits.address", configuration.Limits.Address, faults);
        foreach (var (pattern, limits) in configuration.Limits.Models)
        {
            Check($"limits.models.{pattern}", limits, faults);
        }

        foreach (var (name, provider) in configuration.Providers)
        {
            CheckBudget($"providers.{name}.budget", provider.Budget, faults);
        }

        if (configuration.Providers.Values.Count(provider => provider.Budget is not null) > MostBudgets)
        {
            faults.Add(new("providers", $"At most {MostBudgets} providers can have a budget."));
        }
    }

    private static void Check(string path, AccessLimits? limits, List<ConfigurationFault> faults)
    {
        if (limits is null)
        {
            return;
        }

        Check("requests_per_minute", limits.RequestsPerMinute);
        Check("requests_per_day", limits.RequestsPerDay);
        Check("tokens_per_minute", limits.TokensPerMinute);
        Check("tokens_per_day", limits.TokensPerDay);
        Check("concurrent_requests", limits.ConcurrentRequests);

        void Check(string name, long? value)
        {
            if (value is < 0 or > Most)
            {
                faults.Add(new($"{path}.{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is outside 0 to {Most}.")));
            }
        }
    }

    private static void CheckBudget(string path, Budget? budget, List<ConfigurationFault> faults)
    {
        if (budget is null)
        {
            return;
        }

        if (budget.NanoDollars is < 0 or > Most)
        {
            faults.Add(new($"{path}.amount", "It must be 0 to 9000000 dollars."));
        }

        Ranges.Check($"{path}.warn_at", budget.WarnAt, 0, 1, faults);
    }
}
