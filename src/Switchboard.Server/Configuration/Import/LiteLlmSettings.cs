namespace Switchboard.Server.Configuration.Import;

/// <summary>The <c>router_settings</c> and <c>litellm_settings</c>: most may stand in either, and the router's win.</summary>
internal sealed class LiteLlmSettings(ImportNode root, LiteLlmValues values, ImportNotes notes)
{
    private const string RouterPart = "router_settings";
    private const string LibraryPart = "litellm_settings";

    private readonly ImportNode _router = root.Take(RouterPart) ?? new ImportNode(1);
    private readonly ImportNode _library = root.Take(LibraryPart) ?? new ImportNode(1);

    /// <summary>A setting, and its path.</summary>
    public (ImportNode? Node, string Path) Find(string name)
    {
        var (router, library) = (_router.Take(name), _library.Take(name));
        return router is not null || library is null ? (router, $"{RouterPart}.{name}") : (library, $"{LibraryPart}.{name}");
    }

    /// <summary>A setting of <c>litellm_settings</c> alone.</summary>
    public ImportNode? OfLibrary(string name) => _library.Take(name);

    /// <summary>A setting of <c>router_settings</c> alone.</summary>
    public ImportNode? OfRouter(string name) => _router.Take(name);

    /// <summary>What holds for all deployments.</summary>
    public LiteLlmDefaults ReadDefaults(ImportNode general)
    {
        var (second, hour) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var (timeout, timeoutPath) = Find("timeout");
        var request = OfLibrary("request_timeout");
        var (stream, streamPath) = Find("stream_timeout");
        return new LiteLlmDefaults
        {
            Timeout = values.Seconds(timeout ?? request, timeout is null ? $"{LibraryPart}.request_timeout" : timeoutPath, second, hour),
            StreamTimeout = values.Seconds(stream, streamPath, second, hour),
            DropParams = LiteLlmValues.Flag(OfLibrary("drop_params")),
            MaxConcurrency = values.Integer(_router.Take("default_max_parallel_requests"), $"{RouterPart}.default_max_parallel_requests", 1, 1_000_000)
                ?? values.Integer(general.Take("max_parallel_requests"), "general_settings.max_parallel_requests", 1, 1_000_000),
            Strategy = ReadStrategy(),
            Attempts = ReadAttempts(),
            Sticky = ReadSticky(),
            Credentials = ReadCredentials(),
        };
    }

    /// <summary>When deployments that fail are left alone.</summary>
    public void ReadBreaker(ImportedGroup root)
    {
        var (fails, failsPath) = Find("allowed_fails");
        var (cooldown, cooldownPath) = Find("cooldown_time");
        var breaker = new ImportedGroup();
        if (LiteLlmValues.Flag(Find("disable_cooldowns").Node) == true)
        {
            // As good as never.
            breaker["failure_share"] = 1;
            breaker["least_calls"] = 1_000_000;
        }
        else if (values.Integer(fails, failsPath, 0, 999_999) is { } allowed)
        {
            breaker["least_calls"] = allowed + 1;
            breaker["window"] = "1m";
            notes.Tell(failsPath, fails!, "failures are counted for a minute as there, but open the breaker only when they are half of the calls (routing.breaker.failure_share).");
        }

        breaker["open_for"] = values.Seconds(cooldown, cooldownPath, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        if (breaker.Settings.Count > 0)
        {
            root.Group("routing")["breaker"] = breaker;
        }
    }

    /// <summary>Notes what nobody asked for.</summary>
    public void TellRest()
    {
        LiteLlmReasons.Tell(notes, RouterPart, _router, LiteLlmReasons.Settings);
        LiteLlmReasons.Tell(notes, LibraryPart, _library, LiteLlmReasons.Settings);
    }

    private string? ReadStrategy()
    {
        var (node, path) = Find("routing_strategy");
        switch (node?.Text)
        {
            case null or "simple-shuffle":
                return null;
            case "least-busy":
                return "least_busy";
            case "latency-based-routing":
                return "least_latency";
            case "cost-based-routing":
                return "cheapest";
            case "usage-based-routing" or "usage-based-routing-v2":
                notes.Tell(path, node, "least_busy now: nothing is chosen by the tokens of the minute, but rpm and tpm hold, and a deployment without room is passed over.");
                return "least_busy";
            default:
                notes.Lose(path, node, "there is no strategy like it; weighted holds.");
                return null;
        }
    }

    private int? ReadAttempts()
    {
        var (node, path) = Find("num_retries");
        if (values.Integer(node, path, 0, 9) is not { } retries)
        {
            return null;
        }

        notes.Tell(path, node!, "models.NAME.attempts now, one more: that many deployments are asked, each once; then fallbacks are.");
        return retries + 1;
    }

    private string? ReadSticky()
    {
        string? sticky = null;
        if (Find("optional_pre_call_checks") is not ({ } node, var path))
        {
            return null;
        }

        foreach (var check in node.Texts())
        {
            switch (check)
            {
                case "prompt_caching":
                    sticky = "prefix";
                    break;
                case "deployment_affinity" or "session_affinity":
                    sticky ??= "user";
                    break;
                case "responses_api_deployment_check":
                    notes.Tell(path, node, "responses go back to where they were made without a setting.");
                    break;
                default:
                    notes.Lose(path, node, $"there is no check like '{check}'.");
                    break;
            }
        }

        return sticky;
    }

    private Dictionary<string, ImportNode> ReadCredentials()
    {
        var found = new Dictionary<string, ImportNode>(StringComparer.Ordinal);
        foreach (var item in root.Take("credential_list")?.Items ?? [])
        {
            if (item.Take("credential_name")?.Text is { } name && item.Take("credential_values") is { } connection)
            {
                found[name] = connection;
            }
        }

        return found;
    }
}
