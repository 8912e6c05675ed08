using Microsoft.Extensions.Logging;

namespace Switchboard.Client;

/// <summary>What a <see cref="SwitchboardClient"/> is made of. A client takes a copy: later changes do not reach it.</summary>
/// <remarks>
/// What is left null is taken from the environment (<c>OPENAI_API_KEY</c>, <c>OPENAI_ADMIN_KEY</c>, <c>OPENAI_BASE_URL</c>,
/// <c>OPENAI_ORG_ID</c>, <c>OPENAI_PROJECT_ID</c>, <c>OPENAI_WEBHOOK_SECRET</c>; with <see cref="Azure"/> its own), unless
/// <see cref="ReadsEnvironment"/> is off. Keys never show in <see cref="ToString"/>.
/// </remarks>
public sealed record SwitchboardClientOptions
{
    /// <summary>The default of <see cref="BaseUrl"/>.</summary>
    public static readonly Uri OpenAIBaseUrl = new("https://api.openai.com/v1");

    /// <summary>The key, sent as <c>Authorization: Bearer</c>. Servers other than OpenAI's may do without.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Gives the key for each attempt, for keys that are renewed; goes before <see cref="ApiKey"/>.</summary>
    public Func<CancellationToken, ValueTask<string>>? ApiKeyProvider { get; set; }

    /// <summary>The administrator's key, for the operations under <c>/organization</c> and <c>/projects</c>; without it they take the ordinary key.</summary>
    public string? AdminApiKey { get; set; }

    /// <summary>Where the API is, the version's prefix included, such as <c>http://localhost:8000/v1</c>. <see cref="OpenAIBaseUrl"/> by default.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>The organization to bill, sent as <c>OpenAI-Organization</c>.</summary>
    public string? Organization { get; set; }

    /// <summary>The project to bill, sent as <c>OpenAI-Project</c>.</summary>
    public string? Project { get; set; }

    /// <summary>The secret that webhooks are signed with; while it is changed for another, both, with a blank between, if they begin with <c>whsec_</c>.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>Azure OpenAI in place of <see cref="BaseUrl"/> and the keys above; null by default.</summary>
    public AzureOptions? Azure { get; set; }

    /// <summary>The most that one attempt may take, from connecting to the last byte; of a stream, to its head. 10 minutes by default; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The most that connecting may take, where the client makes its own connections. 10 seconds by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most that a stream may be silent between two reads, keep-alives counting as sound. 10 minutes by default.</summary>
    public TimeSpan StreamIdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many attempts may follow the first: 0 and up; 2 by default.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>The longest wait that a server may ask for before the next attempt; when it asks for more its error is thrown at once. 120 seconds by default.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>The largest answer that is read into memory, in bytes; 256 MiB by default. Streams and downloads have no limit, but those of images, which may come from other servers.</summary>
    public int MaxResponseBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>Headers for every call: a value replaces the client's own header of that name, null removes it.</summary>
    public IDictionary<string, string?> Headers { get; set; } = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Query parameters for every call.</summary>
    public IDictionary<string, string> Query { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Sends the requests in place of the client's own connections, and stays its owner's: proxies, mutual TLS, tests.</summary>
    /// <remarks>Let it not follow redirects: the client follows them itself and keeps its keys from other origins.</remarks>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Gives the <see cref="HttpClient"/> for each attempt, such as <c>() =&gt; factory.CreateClient("openai")</c>; goes before <see cref="HttpHandler"/>. Its own timeout and default headers hold.</summary>
    public Func<HttpClient>? HttpClientProvider { get; set; }

    /// <summary>Where the client logs: attempts, retries, failures; never a body or a key. Nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Puts prompts and answers on the trace's spans. Off by default: they may hold personal data.</summary>
    public bool CapturesContent { get; set; }

    /// <summary>Whether what is left null is taken from the environment. On by default; there is none in a browser.</summary>
    public bool ReadsEnvironment { get; set; } = true;

    /// <summary>The clock of timeouts and waits.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The options without their secrets.</summary>
    public override string ToString() =>
        $"{nameof(SwitchboardClientOptions)} {{ {(Azure is null ? $"{nameof(BaseUrl)} = {BaseUrl}" : $"{nameof(Azure)} = {Azure}")}, {nameof(MaxRetries)} = {MaxRetries}, {nameof(Timeout)} = {Timeout} }}";
}
