using System.Globalization;
using System.Text.RegularExpressions;

namespace Switchboard.Server.Configuration.Import;

/// <summary>The <c>general_settings</c>, and budgets of providers.</summary>
internal sealed partial class LiteLlmGeneral(ImportNode general, LiteLlmSettings settings, LiteLlmValues values, ImportNotes notes)
{
    private const string Part = "general_settings";

    /// <summary>Writes what has a counterpart.</summary>
    public void Read(ImportedGroup root, LiteLlmProviders providers)
    {
        ReadServer(root);
        ReadAccess(root);
        ReadRecords(root);
        ReadHealth(root);
        ReadBudgets(providers);
        LiteLlmReasons.Tell(notes, Part, general, LiteLlmReasons.General);
    }

    private void ReadServer(ImportedGroup root)
    {
        if (values.Integer(general.Take("global_max_parallel_requests"), $"{Part}.global_max_parallel_requests", 1, 1_000_000) is { } most)
        {
            root.Group("server")["max_concurrency"] = most;
        }

        if (values.Integer(general.Take("max_request_size_mb"), $"{Part}.max_request_size_mb", 1, 1024) is { } size)
        {
            root.Group("server")["max_body_mb"] = size;
        }

        if (general.Take("completion_model") is { } model)
        {
            root.Group("server").Group("defaults")["model"] = values.Text(model, $"{Part}.completion_model");
        }
    }

    private void ReadAccess(ImportedGroup root)
    {
        if (general.Take("master_key") is not { } key)
        {
            return;
        }

        root.Group("access")["master_key"] = values.Secret(key, "SWITCHBOARD_MASTER_KEY", $"{Part}.master_key");
        notes.Tell($"{Part}.master_key", key, "it must have 32 characters or more here; a shorter one is refused at the start. `openssl rand -base64 32` makes one.");
    }

    private void ReadRecords(ImportedGroup root)
    {
        if (general.Take("database_url") is { } url)
        {
            root.Group("storage")["records"] = values.Secret(url, "DATABASE_URL", $"{Part}.database_url");
            notes.Lose($"{Part}.database_url", url, "LiteLLM's tables are not read: keys, teams, budgets and what was spent are not carried over. Best give the gateway a database of its own.");
        }

        var (period, days) = (general.Take("maximum_spend_logs_retention_period"), 0);
        if (period?.Text is { } text && Days().Match(text) is { Success: true } match && int.TryParse(match.Groups["days"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out days))
        {
            root.Group("ledger")["keep_days"] = Math.Clamp(days, 1, 3650);
            general.Take("maximum_spend_logs_retention_interval");
        }
        else if (period is not null)
        {
            notes.Lose($"{Part}.maximum_spend_logs_retention_period", period, "write whole days as ledger.keep_days.");
        }
    }

    private void ReadHealth(ImportedGroup root)
    {
        var isOn = LiteLlmValues.Flag(general.Take("background_health_checks"));
        var interval = values.Seconds(general.Take("health_check_interval"), $"{Part}.health_check_interval", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        if (isOn == true)
        {
            root.Group("routing")["health_interval"] = interval ?? "5m";
        }
    }

    // { openai: { budget_limit: 100, time_period: 1d } }
    private void ReadBudgets(LiteLlmProviders providers)
    {
        var (table, path) = settings.Find("provider_budget_config");
        foreach (var (name, value) in table?.Members ?? [])
        {
            var period = value.TakeAny("time_period", "budget_duration")?.Text switch { "1d" or "24h" => "day", "30d" or "1mo" => "month", _ => null };
            var found = LiteLlmKind.Of(name) is { } kind ? providers.OfType(kind.Type).ToList() : [];
            if (period is not null && found is [var only] && values.Number(value.TakeAny("budget_limit", "max_budget"), $"{path}.budget_limit") is { } amount)
            {
                only.Group("budget")["amount"] = Math.Clamp(amount, 0, 9_000_000);
                only.Group("budget")["period"] = period;
            }
            else
            {
                notes.Lose(path, value, $"that of '{name}' was left out: a budget is one provider's, of a day, a month or in total (providers.NAME.budget).");
            }
        }
    }

    [GeneratedRegex("^(?<days>[0-9]{1,4})d$", RegexOptions.ExplicitCapture)]
    private static partial Regex Days();
}
