using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Access;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>The members of a policy as administrators write them.</summary>
internal static class PolicyJson
{
    // Each is looked at for each call.
    private const int MostModels = 100;

    private static readonly string[] s_periods = ["day", "month", "total"];

    /// <summary>Reads a member.</summary>
    /// <returns>What it makes of a policy; null where it is no member of one.</returns>
    public static Func<AccessPolicy, AccessPolicy>? Read(AdminBody body, JsonProperty member)
    {
        var (name, value) = (member.Name, member.Value);
        switch (name)
        {
            case "disabled":
                var isDisabled = body.Flag(name, value);
                return policy => policy with { IsDisabled = isDisabled };
            case "expires_at":
                var expires = body.OptionalTime(name, value);
                return policy => policy with { ExpiresAt = expires };
            case "allowed_models":
                var models = body.Texts(name, value);
                return policy => policy with { AllowedModels = models };
            case "allowed_providers":
                var providers = body.Texts(name, value);
                return policy => policy with { AllowedProviders = providers };
            case "allowed_addresses":
                var addresses = body.Texts(name, value, text => AddressRange.Read(text) is not null, "a list of addresses or networks such as 10.0.0.0/8, with no bits behind the prefix");
                return policy => policy with { AllowedAddresses = addresses };
            case "limits":
                var limits = ReadLimits(body, value);
                return policy => policy with { Limits = limits };
            case "budgets":
                var budgets = ReadBudgets(body, value);
                return policy => policy with { Budgets = budgets };
            case "metadata":
                var metadata = ReadMetadata(body, value);
                return policy => policy with { Metadata = metadata };
            default:
                return null;
        }
    }

    private static AccessLimits ReadLimits(AdminBody body, JsonElement value)
    {
        var limits = ReadLimits(body, "limits", value, mayHaveModels: true);
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("models", out var members))
        {
            return limits;
        }

        var models = new Dictionary<string, AccessLimits>(StringComparer.Ordinal);
        foreach (var (pattern, member) in MembersOf(body, "limits.models", members))
        {
            models[pattern] = ReadLimits(body, $"limits.models.{pattern}", member, mayHaveModels: false);
        }

        if (models.Count > MostModels)
        {
            body.Refuse("limits.models", $"an object of at most {MostModels} models");
        }

        return limits with { Models = models };
    }

    private static AccessLimits ReadLimits(AdminBody body, string path, JsonElement value, bool mayHaveModels)
    {
        var limits = new AccessLimits();
        foreach (var (name, member) in MembersOf(body, path, value))
        {
            if (name == "models" && mayHaveModels)
            {
                continue;
            }

            long? most = member.ValueKind == JsonValueKind.Null ? null : body.Number($"{path}.{name}", member, 0, long.MaxValue);
            switch (name)
            {
                case "requests_per_minute":
                    limits = limits with { RequestsPerMinute = most };
                    break;
                case "requests_per_day":
                    limits = limits with { RequestsPerDay = most };
                    break;
                case "tokens_per_minute":
                    limits = limits with { TokensPerMinute = most };
                    break;
                case "tokens_per_day":
                    limits = limits with { TokensPerDay = most };
                    break;
                case "concurrent_requests":
                    limits = limits with { ConcurrentRequests = most };
                    break;
                default:
                    body.RefuseUnknown($"{path}.{name}");
                    break;
            }
        }

        return limits;
    }

    private static List<Budget> ReadBudgets(AdminBody body, JsonElement value)
    {
        var budgets = new List<Budget>();
        if (value.ValueKind != JsonValueKind.Array)
        {
            body.Refuse("budgets", "a list of objects");
            return budgets;
        }

        foreach (var item in value.EnumerateArray())
        {
            budgets.Add(ReadBudget(body, item));
        }

        if (budgets.DistinctBy(budget => budget.Period).Count() < budgets.Count)
        {
            body.Refuse("budgets", "a list with at most one budget a period");
        }

        return budgets;
    }

    private static Budget ReadBudget(AdminBody body, JsonElement value)
    {
        var (period, amount, warnAt) = (-1, -1L, 0.8);
        foreach (var (name, member) in MembersOf(body, "budgets", value))
        {
            switch (name)
            {
                case "period":
                    period = Array.IndexOf(s_periods, body.Text("budgets.period", member));
                    break;
                case "amount":
                    amount = member.ValueKind == JsonValueKind.Number && member.TryGetDecimal(out var dollars) && dollars is >= 0 and <= Budget.MostDollars ? Budget.Nano(dollars) : -1;
                    break;
                case "warn_at":
                    warnAt = member.ValueKind == JsonValueKind.Number && member.GetDouble() is >= 0 and <= 1 and var share ? share : -1;
                    break;
                default:
                    body.RefuseUnknown($"budgets.{name}");
                    break;
            }
        }

        if (period < 0)
        {
            body.Refuse("budgets.period", "day, month or total");
        }

        if (amount < 0)
        {
            body.Refuse("budgets.amount", string.Create(CultureInfo.InvariantCulture, $"a number of dollars, 0 to {Budget.MostDollars:0}"));
        }

        if (warnAt < 0)
        {
            body.Refuse("budgets.warn_at", "a number from 0 to 1");
        }

        return new Budget((BudgetPeriod)Math.Max(period, 0), amount, warnAt);
    }

    private static Dictionary<string, string> ReadMetadata(AdminBody body, JsonElement value)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, member) in MembersOf(body, "metadata", value))
        {
            metadata[name] = body.Text($"metadata.{name}", member);
        }

        return metadata;
    }

    private static IEnumerable<(string Name, JsonElement Value)> MembersOf(AdminBody body, string member, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject().Select(inner => (inner.Name, inner.Value));
        }

        body.Refuse(member, "an object");
        return [];
    }
}
