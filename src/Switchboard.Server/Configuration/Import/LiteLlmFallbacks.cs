namespace Switchboard.Server.Configuration.Import;

/// <summary>Fallbacks and other names of models.</summary>
internal sealed class LiteLlmFallbacks(LiteLlmSettings settings, ImportNotes notes, ImportedGroup rows)
{
    private const int Most = 10;

    private readonly ImportedGroup _aliases = new();

    /// <summary>Writes them into the rows, and the aliases beside them.</summary>
    public void Read(ImportedGroup root)
    {
        ReadAliases();
        ReadTable("fallbacks", "fallbacks");
        ReadTable("context_window_fallbacks", "context_window_fallbacks");
        ReadTable("content_policy_fallbacks", "content_filter_fallbacks");
        ReadDefault();
        if (_aliases.Settings.Count > 0)
        {
            root["aliases"] = _aliases;
        }
    }

    private void ReadAliases()
    {
        var (table, path) = settings.Find("model_group_alias");
        foreach (var (name, value) in table?.Members ?? [])
        {
            var target = value.Text ?? value.Take("model")?.Text ?? "";
            if (!IsRow(target) || rows[name] is not null || name.Contains('*', StringComparison.Ordinal))
            {
                notes.Lose(path, value, $"'{name}' was left out: an alias is one name that no model has, and stands for a model that is there.");
                continue;
            }

            _aliases[name] = target;
            if (LiteLlmValues.Flag(value.Take("hidden")) == true)
            {
                notes.Lose(path, value, $"'{name}' was hidden: GET /v1/models lists it here.");
            }
        }
    }

    // A list of mappings, each of one model or more to a list of models.
    private void ReadTable(string name, string ours)
    {
        var (table, path) = settings.Find(name);
        foreach (var (model, targets) in (table?.Items.SelectMany(item => item.Members) ?? []).Concat(table?.Members ?? []))
        {
            var row = (_aliases[model] as string) ?? model;
            if (model == "*")
            {
                SetForAll(ours, targets, path);
            }
            else if (rows[row] is ImportedGroup settingsOfRow)
            {
                Set(settingsOfRow, row, ours, targets, path);
            }
            else
            {
                notes.Lose(path, targets, $"'{model}' is no model of this file, or was left out of it.");
            }
        }
    }

    private void ReadDefault()
    {
        if (settings.Find("default_fallbacks") is ({ } targets, var path))
        {
            SetForAll("fallbacks", targets, path);
        }
    }

    private void SetForAll(string ours, ImportNode targets, string path)
    {
        foreach (var (name, row) in rows.Settings)
        {
            if (row is ImportedGroup settingsOfRow && settingsOfRow[ours] is null)
            {
                Set(settingsOfRow, name, ours, targets, path);
            }
        }
    }

    private void Set(ImportedGroup row, string name, string ours, ImportNode targets, string path)
    {
        var found = new List<string>();
        foreach (var item in targets.Text is null ? targets.Items : [targets])
        {
            var target = item.Text ?? "";
            var stands = (_aliases[target] as string) ?? target;
            if (stands == name || found.Contains(target))
            {
                continue;
            }

            if (!IsRow(stands))
            {
                notes.Lose(path, item, item.Text is null ? "a fallback with parameters of its own is none here; name a model." : $"'{target}' is no model of this file, or was left out of it.");
            }
            else
            {
                found.Add(target);
            }
        }

        if (found.Count > Most)
        {
            notes.Lose(path, targets, "ten fallbacks are the most; those behind were left out.");
            found.RemoveRange(Most, found.Count - Most);
        }

        row[ours] = found.Count == 0 ? row[ours] : found;
    }

    private bool IsRow(string name) => name.Length > 0 && !name.Contains('*', StringComparison.Ordinal)
        && (rows[name] is not null || rows.Settings.Any(row => Matches(row.Key, name)));

    private static bool Matches(string pattern, string name) =>
        pattern.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star
        && name.Length >= pattern.Length - 1
        && name.StartsWith(pattern[..star], StringComparison.Ordinal)
        && name.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal);
}
