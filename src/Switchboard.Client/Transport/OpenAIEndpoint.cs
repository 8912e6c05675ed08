using Switchboard.Protocol.Operations;

namespace Switchboard.Client.Transport;

/// <summary>OpenAI, and every server that speaks its API under some base URL.</summary>
internal sealed class OpenAIEndpoint : ApiEndpoint
{
    private readonly string _base;
    private readonly string? _key;
    private readonly string? _adminKey;
    private readonly Func<CancellationToken, ValueTask<string>>? _provider;
    private readonly bool _isOpenAI;

    public OpenAIEndpoint(SwitchboardClientOptions options, Uri baseUrl)
    {
        BaseUrl = baseUrl;
        _base = baseUrl.AbsoluteUri.TrimEnd('/');
        _key = options.ApiKey;
        _adminKey = options.AdminApiKey;
        _provider = options.ApiKeyProvider;
        _isOpenAI = baseUrl.Host.EndsWith("api.openai.com", StringComparison.OrdinalIgnoreCase);
    }

    public override Uri BaseUrl { get; }

    public override string ProviderName => "openai";

    public override string AddressOf(ApiRequest request, string? model) => _base + PathOf(request);

    public override async ValueTask AuthenticateAsync(HttpRequestMessage message, OpenAIOperation operation, CancellationToken cancellationToken)
    {
        if (operation.NeedsAdminKey && _adminKey is not null)
        {
            SetBearer(message, _adminKey);
        }
        else if (_provider is not null)
        {
            SetBearer(message, await AskAsync(_provider, nameof(SwitchboardClientOptions.ApiKeyProvider), cancellationToken).ConfigureAwait(false));
        }
        else if (_key is not null)
        {
            SetBearer(message, _key);
        }
        else if (_isOpenAI)
        {
            throw new ApiConfigurationException(operation.NeedsAdminKey
                ? "No key: set OPENAI_ADMIN_KEY, or AdminApiKey in the client's options."
                : "No key: set OPENAI_API_KEY, or ApiKey in the client's options.");
        }
    }
}
