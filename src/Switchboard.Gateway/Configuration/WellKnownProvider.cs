using Switchboard.Gateway.Providers.OpenAICompatible;

namespace Switchboard.Gateway.Configuration;

/// <summary>A kind of provider that variables of the environment switch on. To add one is to add a row.</summary>
/// <param name="Type">The kind; the provider has its name.</param>
/// <param name="Keys">The variables that may hold its key; the first that is set is taken.</param>
internal sealed record WellKnownProvider(string Type, params string[] Keys)
{
    /// <summary>The variable that holds its address.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Its address is an <c>endpoint</c>, and not a <c>base_url</c>.</summary>
    public bool IsEndpoint { get; init; }

    /// <summary>Without the address it is not switched on; else without a key or an address.</summary>
    public bool NeedsBaseUrl { get; init; }

    /// <summary>Variables that together switch it on where none of its own is set, and that it reads itself.</summary>
    public IReadOnlyList<string> OrAll { get; init; } = [];

    /// <summary>The variables are set on machines that have nothing to do with models as well: they count only where no provider is configured.</summary>
    public bool IsForOtherThings { get; init; }

    /// <summary>Every kind that variables switch on.</summary>
    public static IReadOnlyList<WellKnownProvider> All { get; } =
    [
        .. Presets.All.Where(preset => preset.KeyVariable is not null).Select(preset =>
            new WellKnownProvider(preset.Type, preset.KeyVariable!) { BaseUrl = preset.Type == "openai" ? "OPENAI_BASE_URL" : null }),
        new("anthropic", "ANTHROPIC_API_KEY"),
        new("gemini", "GEMINI_API_KEY", "GOOGLE_API_KEY"),
        new("azure", "AZURE_OPENAI_API_KEY") { BaseUrl = "AZURE_OPENAI_ENDPOINT", IsEndpoint = true, NeedsBaseUrl = true },
        new("cohere", "COHERE_API_KEY", "CO_API_KEY"),
        new("bedrock", "AWS_BEARER_TOKEN_BEDROCK") { OrAll = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"], IsForOtherThings = true },
    ];

    /// <summary>The provider that the variables tell of; null where they do not.</summary>
    public ProviderSettings? Read(Func<string, string?> variable)
    {
        var key = Keys.Select(variable).FirstOrDefault(value => value is not null);
        var url = BaseUrl is null ? null : variable(BaseUrl);
        var isOn = NeedsBaseUrl ? key is not null && url is not null
            : key is not null || url is not null || (OrAll.Count > 0 && OrAll.All(name => variable(name) is not null));

        return !isOn ? null : new ProviderSettings
        {
            Type = Type,
            ApiKey = key is null ? null : new Secret(key),
            BaseUrl = url is null || IsEndpoint ? null : AddressOf(url),
            Endpoint = url is null || !IsEndpoint ? null : AddressOf(url),
        };
    }

    // A URL that is none is kept, relative: the rules then name the setting.
    private static Uri AddressOf(string text) => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var url) ? url : new Uri("", UriKind.Relative);
}
