namespace Switchboard.Gateway.Configuration;

/// <summary>One provider of the <c>providers:</c> part.</summary>
public sealed record ProviderSettings
{
    /// <summary>Its kind (<c>type</c>): <c>openai</c> (any compatible server) or <c>local</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Base URL up to and with the version (<c>base_url</c>). Default for <c>openai</c>: <c>https://api.openai.com/v1</c>.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>The key sent as bearer (<c>api_key</c>). A secret: never logged, never echoed.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>The key sent with calls that administer the organization (<c>admin_api_key</c>); by default <see cref="ApiKey"/>. A secret too.</summary>
    public Secret? AdminApiKey { get; init; }

    /// <summary>A folder of GGUF files (<c>models_dir</c>), for <c>local</c>.</summary>
    public string? ModelsDirectory { get; init; }

    /// <summary>Time to connect (<c>connect_timeout</c>), 100 ms to 10 min. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time to the head of an answer, and to the end of one that does not stream (<c>timeout</c>), 1 s to 1 h. Default 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest silence inside a stream (<c>idle_timeout</c>), 1 s to 1 h. Default 2 min.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest an answer may take, to its end (<c>total_timeout</c>), 1 s to 24 h. Default none.</summary>
    public TimeSpan? TotalTimeout { get; init; }

    /// <summary>Ask for the usage of streams whose callers did not, and keep it from them (<c>ask_usage</c>), for <c>openai</c>. Default true.</summary>
    public bool AskUsage { get; init; } = true;

    /// <summary>How many requests it answers at once (<c>max_concurrency</c>), 1 to 1,000,000. Default as many as come.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>How many more may wait where <see cref="MaxConcurrency"/> is set (<c>max_queue</c>), 0 to 1,000,000. Default 100.</summary>
    public int MaxQueue { get; init; } = 100;

    /// <summary>What becomes of members that the specification does not have (<c>extensions</c>), for <c>openai</c>. By default they are passed on.</summary>
    public ExtensionHandling Extensions { get; init; }

    /// <summary>What becomes of members of a chat request that its dialect has nothing like (<c>unsupported</c>). By default they are dropped, and named to the caller.</summary>
    public UnsupportedHandling Unsupported { get; init; }

    /// <summary>What becomes of single members of the requests to it (<c>parameters</c>): dropped, refused, or sent under another name. It wins over <see cref="Unsupported"/>.</summary>
    public ParameterRules Parameters { get; init; } = ParameterRules.None;

    /// <summary>Whether it takes several prompts in one text completion (<c>batch_prompts</c>), for <c>openai</c>; else each is asked for by itself. Default true.</summary>
    public bool BatchPrompts { get; init; } = true;

    /// <summary>How it answers requests of the Responses API (<c>responses</c>), for <c>openai</c>. By default it speaks that API itself.</summary>
    public ResponsesHandling Responses { get; init; }

    /// <summary>When a stream's status is sent though no event has come yet (<c>commit_after</c>), 0 s to 10 min. Default 10 s.</summary>
    public TimeSpan CommitAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest that an answer may take that does not stream.</summary>
    internal TimeSpan LongestAnswer => TotalTimeout is { } total && total < Timeout ? total : Timeout;

    /// <summary>Whose prices hold: the kind, but a server of OpenAI's API elsewhere is nobody that is known.</summary>
    internal string Seller => Type == "openai" && BaseUrl is { IsAbsoluteUri: true, Host: not "api.openai.com" } ? "" : Type;

    /// <summary>The kind and the server, without key, user or path: settings end up in logs.</summary>
    public override string ToString() => BaseUrl is { IsAbsoluteUri: true } url ? $"{Type} at {url.Host}" : Type;
}
