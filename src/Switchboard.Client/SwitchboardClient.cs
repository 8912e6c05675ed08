using Switchboard.Client.Transport;

namespace Switchboard.Client;

/// <summary>The client for the OpenAI API, and for every server that speaks it. Thread-safe; make one and keep it.</summary>
/// <example><code>
/// var client = new SwitchboardClient();   // the key from OPENAI_API_KEY
/// ChatCompletion answer = await client.Chat.Completions.CreateAsync(new([new UserMessage("Hello")], "gpt-4o-mini"));
/// </code></example>
public sealed partial class SwitchboardClient : IDisposable
{
    private readonly SwitchboardClientOptions _options;

    /// <summary>Makes a client from the environment; see <see cref="SwitchboardClientOptions"/>.</summary>
    /// <exception cref="ArgumentException">The environment holds a value that cannot work.</exception>
    public SwitchboardClient()
        : this(new SwitchboardClientOptions())
    {
    }

    /// <summary>Makes a client with a key.</summary>
    /// <param name="apiKey">The key.</param>
    /// <param name="baseUrl">Where the API is; null for the environment's <c>OPENAI_BASE_URL</c>, or OpenAI.</param>
    /// <exception cref="ArgumentException">The key is empty, or the address is no absolute http or https address.</exception>
    public SwitchboardClient(string apiKey, Uri? baseUrl = null)
        : this(new SwitchboardClientOptions { ApiKey = apiKey ?? throw new ArgumentNullException(nameof(apiKey)), BaseUrl = baseUrl })
    {
    }

    /// <summary>Makes a client from options.</summary>
    /// <exception cref="ArgumentException">A value cannot work; the message says which and what to do.</exception>
    public SwitchboardClient(SwitchboardClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options with { };
        Transport = new ApiTransport(ClientEnvironment.Resolve(options), shared: null);
    }

    private SwitchboardClient(SwitchboardClientOptions options, ApiTransport shared)
    {
        _options = options;
        Transport = new ApiTransport(ClientEnvironment.Resolve(options), shared);
    }

    /// <summary>Where the API is.</summary>
    public Uri BaseUrl => Transport.Endpoint.BaseUrl;

    internal ApiTransport Transport { get; }

    /// <summary>Another client with some options changed: <c>client.WithOptions(o =&gt; o with { MaxRetries = 5 })</c>.</summary>
    /// <remarks>It shares this client's connections and is of no use after this is disposed, unless the change is about connections.</remarks>
    /// <exception cref="ArgumentException">A value cannot work.</exception>
    public SwitchboardClient WithOptions(Func<SwitchboardClientOptions, SwitchboardClientOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var changed = change(_options with { }) ?? throw new ArgumentException("The change gave no options.", nameof(change));
        var isSameWire = changed.ConnectTimeout == _options.ConnectTimeout && changed.HttpHandler == _options.HttpHandler && changed.HttpClientProvider == _options.HttpClientProvider;
        return isSameWire ? new SwitchboardClient(changed with { }, Transport) : new SwitchboardClient(changed);
    }

    /// <summary>Closes the connections that the client made.</summary>
    public void Dispose() => Transport.Dispose();
}
