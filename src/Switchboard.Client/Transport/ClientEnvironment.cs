namespace Switchboard.Client.Transport;

/// <summary>Fills a copy of the options from the environment, and refuses what cannot work.</summary>
internal static class ClientEnvironment
{
    /// <exception cref="ArgumentException">A value cannot work; the message says what to do.</exception>
    public static SwitchboardClientOptions Resolve(SwitchboardClientOptions options, Func<string, string?>? read = null)
    {
        var copy = options with { Azure = options.Azure is null ? null : options.Azure with { }, Headers = Copy(options.Headers, StringComparer.OrdinalIgnoreCase), Query = Copy(options.Query, StringComparer.Ordinal) };
        if (copy.ReadsEnvironment && (read is not null || !OperatingSystem.IsBrowser()))
        {
            Fill(copy, name => (read ?? Environment.GetEnvironmentVariable)(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null);
        }

        Validate(copy);
        return copy;
    }

    private static void Fill(SwitchboardClientOptions options, Func<string, string?> read)
    {
        options.WebhookSecret ??= read("OPENAI_WEBHOOK_SECRET");

        // The switch of OpenTelemetry's own instrumentations; the last two name where, and here there are spans only.
        options.CapturesContent |= read("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")?.ToUpperInvariant() is "TRUE" or "SPAN_ONLY" or "SPAN_AND_EVENT";
        if (options.Azure is { } azure)
        {
            azure.Endpoint ??= Address(read("AZURE_OPENAI_ENDPOINT"), "AZURE_OPENAI_ENDPOINT");
            azure.ApiVersion ??= read("OPENAI_API_VERSION");
            if (azure is { ApiKey: null, TokenProvider: null })
            {
                azure.ApiKey = read("AZURE_OPENAI_API_KEY");
                azure.TokenProvider = azure.ApiKey is null && read("AZURE_OPENAI_AD_TOKEN") is { } token ? _ => new ValueTask<string>(token) : null;
            }

            return;
        }

        options.BaseUrl ??= Address(read("OPENAI_BASE_URL"), "OPENAI_BASE_URL");
        options.ApiKey ??= options.ApiKeyProvider is null ? read("OPENAI_API_KEY") : null;
        options.AdminApiKey ??= read("OPENAI_ADMIN_KEY");
        options.Organization ??= read("OPENAI_ORG_ID");
        options.Project ??= read("OPENAI_PROJECT_ID");
    }

    private static Uri? Address(string? text, string name) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) ? address
        : throw new ArgumentException($"{name} is no address: '{text}'. It has to be one such as https://api.openai.com/v1.");

    private static void Validate(SwitchboardClientOptions options)
    {
        Address(options.BaseUrl, nameof(options.BaseUrl));
        Address(options.Azure?.Endpoint, "Azure.Endpoint");
        Key(options.ApiKey, nameof(options.ApiKey));
        Key(options.AdminApiKey, nameof(options.AdminApiKey));
        Key(options.Azure?.ApiKey, "Azure.ApiKey");
        Positive(options.Timeout, nameof(options.Timeout));
        Positive(options.ConnectTimeout, nameof(options.ConnectTimeout));
        Positive(options.StreamIdleTimeout, nameof(options.StreamIdleTimeout));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxRetries, nameof(options.MaxRetries));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRetryAfter, TimeSpan.Zero, nameof(options.MaxRetryAfter));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxResponseBytes, nameof(options.MaxResponseBytes));
        ArgumentNullException.ThrowIfNull(options.TimeProvider, nameof(options.TimeProvider));
    }

    /// <exception cref="ArgumentOutOfRangeException">The time is neither positive nor infinite.</exception>
    internal static void Positive(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan && (time <= TimeSpan.Zero || time.TotalMilliseconds > int.MaxValue))
        {
            throw new ArgumentOutOfRangeException(name, time, "It has to be above zero and below 24 days, or Timeout.InfiniteTimeSpan for no limit.");
        }
    }

    private static void Address(Uri? address, string name)
    {
        if (address is not null && (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)))
        {
            throw new ArgumentException($"{name} has to be an absolute http or https address such as https://api.openai.com/v1: '{address}'.", name);
        }

        if (address is { Query.Length: > 0 } or { Fragment.Length: > 0 })
        {
            throw new ArgumentException($"{name} has to be without query and fragment; parameters for every call go into {nameof(SwitchboardClientOptions.Query)}.", name);
        }
    }

    private static void Key(string? key, string name)
    {
        if (key is not null && (key.Trim().Length == 0 || key.AsSpan().ContainsAny('\r', '\n', '\0')))
        {
            throw new ArgumentException($"{name} is empty or holds a line break.", name);
        }
    }

    private static Dictionary<string, TValue> Copy<TValue>(IDictionary<string, TValue>? values, StringComparer comparer) => new(values ?? new Dictionary<string, TValue>(), comparer);
}
