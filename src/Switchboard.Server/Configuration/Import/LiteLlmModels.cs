namespace Switchboard.Server.Configuration.Import;

/// <summary>Makes rows of models of LiteLLM's <c>model_list</c>: entries of one name are deployments of one row.</summary>
internal sealed class LiteLlmModels(LiteLlmValues values, ImportNotes notes, LiteLlmDefaults defaults, LiteLlmProviders providers)
{
    private const string List = "model_list[]";
    private const string Params = $"{List}.litellm_params";
    private const int MostPerMinute = 1_000_000_000;

    private readonly Dictionary<string, List<Entry>> _entries = new(StringComparer.Ordinal);

    /// <summary>The rows by name.</summary>
    public ImportedGroup Rows { get; } = new();

    /// <summary>How many deployments there are.</summary>
    public int Deployments => _entries.Values.Sum(entries => entries.Count);

    /// <summary>Reads the list.</summary>
    public void Read(ImportNode? list)
    {
        foreach (var item in list?.Items ?? [])
        {
            ReadEntry(item);
        }

        foreach (var (name, entries) in _entries)
        {
            Rows[name] = RowOf(entries);
        }
    }

    private void ReadEntry(ImportNode item)
    {
        var name = item.Take("model_name");
        var parameters = item.Take("litellm_params");
        if (name?.Text is not { } row || parameters?.Take("model")?.Text is not { } written)
        {
            notes.Lose(List, item, "it has no model_name, or no litellm_params.model.");
            return;
        }

        Complete(parameters);
        if (TargetOf(row, written, parameters) is { } target && providers.Find(target, parameters) is { } provider)
        {
            var info = item.Take("model_info") ?? new ImportNode(item.Line);
            var entry = new Entry(parameters.Line, DeploymentOf(provider, target, parameters, info), parameters.Take("order") is { } order ? values.Integer(order, $"{Params}.order", 0, 99) : null, values.Number(parameters.Take("weight"), $"{Params}.weight"), DefaultsOf(parameters));
            LiteLlmReasons.Tell(notes, Params, parameters, LiteLlmReasons.Parameters);
            LiteLlmReasons.Tell(notes, $"{List}.model_info", info, LiteLlmReasons.ModelInfo);
            (_entries.TryGetValue(row, out var entries) ? entries : _entries[row] = []).Add(entry);
        }

        LiteLlmReasons.Tell(notes, List, item, LiteLlmReasons.None);
    }

    // What a credential of the list says holds where the deployment is silent.
    private void Complete(ImportNode parameters)
    {
        if (parameters.Take("litellm_credential_name")?.Text is not { } name)
        {
            return;
        }

        if (!defaults.Credentials.TryGetValue(name, out var credential))
        {
            notes.Lose($"{Params}.litellm_credential_name", parameters, "credential_list has no such credential; those in LiteLLM's database cannot be read from its file.");
            return;
        }

        foreach (var (key, value) in credential.Members.Where(member => parameters.Members.All(own => own.Key != member.Key)).ToList())
        {
            parameters.Add(key, value);
        }
    }

    private LiteLlmTarget? TargetOf(string row, string written, ImportNode parameters)
    {
        var provider = parameters.Take("custom_llm_provider")?.Text;
        var hasAddress = parameters.Members.Any(member => member.Key is "api_base" or "base_url");
        if (written == "*" && provider is null && !hasAddress)
        {
            notes.Tell(Params + ".model", parameters, "'*' needs no row: every provider whose key is set answers for its models by their own names, and as provider/model.");
            return null;
        }

        var fault = written.StartsWith("os.environ/", StringComparison.Ordinal) ? "The provider cannot be told from a variable; write the model."
            : row.Count(character => character == '*') > 1 || written.Count(character => character == '*') > 1 ? "One '*' is the most that a name may hold."
            : written.Contains('*', StringComparison.Ordinal) && !row.Contains('*', StringComparison.Ordinal) ? "A '*' stands for what that in model_name matched, which has none."
            : "";
        if (fault.Length == 0 && LiteLlmTarget.Read(written, provider, hasAddress, out fault) is { } target)
        {
            return target;
        }

        notes.Lose(Params + ".model", parameters, $"the deployment was left out. {fault}");
        return null;
    }

    private ImportedGroup DeploymentOf(string provider, LiteLlmTarget target, ImportNode parameters, ImportNode info)
    {
        var deployment = new ImportedGroup();
        deployment["provider"] = provider;
        deployment["model"] = target.Model;
        deployment["rpm"] = values.Integer(parameters.Take("rpm"), $"{Params}.rpm", 1, MostPerMinute);
        deployment["tpm"] = values.Integer(parameters.Take("tpm"), $"{Params}.tpm", 1, MostPerMinute);
        deployment["max_concurrency"] = values.Integer(parameters.Take("max_parallel_requests"), $"{Params}.max_parallel_requests", 1, 1_000_000) ?? defaults.MaxConcurrency;
        deployment["tags"] = TagsOf(parameters.Take("tags"));
        deployment["input_price"] = PriceOf("input_cost_per_token", parameters, info);
        deployment["output_price"] = PriceOf("output_cost_per_token", parameters, info);
        return deployment;
    }

    private List<string>? TagsOf(ImportNode? node)
    {
        var tags = node?.Texts().ToList() ?? [];
        if (tags.RemoveAll(tag => tag.Length is 0 or > 64 || tag.AsSpan().ContainsAnyExceptInRange('!', '~') || tag.Contains(',', StringComparison.Ordinal)) > 0)
        {
            notes.Lose($"{Params}.tags", node!, "tags with blanks, commas or letters beyond ASCII cannot stand in a header; they were left out.");
        }

        return tags.Count == 0 ? null : tags;
    }

    private decimal? PriceOf(string name, ImportNode parameters, ImportNode info)
    {
        var (own, other) = (parameters.Take(name), info.Take(name));
        return values.Number(own ?? other, $"{(own is null ? $"{List}.model_info" : Params)}.{name}") is { } price ? Math.Clamp(price * 1_000_000, 0, 1_000_000) : null;
    }

    private ImportedGroup DefaultsOf(ImportNode parameters)
    {
        var own = new ImportedGroup();
        if (values.Number(parameters.Take("temperature"), $"{Params}.temperature") is { } temperature)
        {
            own["temperature"] = Math.Clamp(temperature, 0, 2);
        }

        own["max_completion_tokens"] = values.Integer(parameters.TakeAny("max_completion_tokens", "max_tokens"), $"{Params}.max_tokens", 1, 1_048_576);
        return own;
    }

    private ImportedGroup RowOf(List<Entry> entries)
    {
        var row = new ImportedGroup();
        if (entries.Count > 1)
        {
            row["strategy"] = defaults.Strategy;
            row["sticky"] = defaults.Sticky;
            row["attempts"] = defaults.Attempts;
        }

        SetDefaults(row, entries);
        SetWeights(entries);
        SetPriorities(entries);
        row["deployments"] = entries.ConvertAll(entry => entry.Deployment);
        return row;
    }

    private void SetDefaults(ImportedGroup row, List<Entry> entries)
    {
        foreach (var name in new[] { "temperature", "max_completion_tokens" })
        {
            var first = entries[0].Defaults[name];
            if (entries.TrueForAll(entry => Equals(entry.Defaults[name], first)))
            {
                if (first is not null)
                {
                    row.Group("defaults")[name] = first;
                }
            }
            else
            {
                notes.Lose($"{Params}.{(name == "temperature" ? name : "max_tokens")}", new ImportNode(entries[0].Line), "deployments of one model have different ones; here it is a setting of the model, and was left out.");
            }
        }
    }

    // Where nothing has a weight, LiteLLM shares the calls in the proportion of rpm, or of tpm.
    private void SetWeights(List<Entry> entries)
    {
        if (entries.Exists(entry => entry.Weight is not null))
        {
            var scale = entries.Exists(entry => entry.Weight is { } weight && weight != decimal.Truncate(weight)) ? 100 : 1;
            foreach (var entry in entries)
            {
                entry.Deployment["weight"] = (int)Math.Clamp(decimal.Round((entry.Weight ?? 1) * scale), 1, 1_000_000);
                if (entry.Weight == 0)
                {
                    notes.Lose($"{Params}.weight", new ImportNode(entry.Line), "it is 1 now: a deployment without any share is one that is not written down.");
                }
            }
        }
        else if (entries.Count > 1 && defaults.Strategy is null && Array.Find(["rpm", "tpm"], name => entries.TrueForAll(entry => entry.Deployment[name] is not null)) is { } shared)
        {
            foreach (var entry in entries)
            {
                entry.Deployment["weight"] = (int)Math.Min((int)entry.Deployment[shared]!, 1_000_000);
            }
        }
    }

    private static void SetPriorities(List<Entry> entries)
    {
        if (entries.Exists(entry => entry.Order is not null))
        {
            foreach (var entry in entries)
            {
                entry.Deployment["priority"] = entry.Order ?? 100;
            }
        }
    }

    private sealed record Entry(int Line, ImportedGroup Deployment, int? Order, decimal? Weight, ImportedGroup Defaults);
}
