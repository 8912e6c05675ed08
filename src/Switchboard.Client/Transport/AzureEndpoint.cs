using Switchboard.Protocol.Operations;

namespace Switchboard.Client.Transport;

/// <summary>Azure OpenAI, on either of its surfaces.</summary>
internal sealed class AzureEndpoint : ApiEndpoint
{
    // What the classic surface keeps under a deployment; everything else is the resource's.
    private static readonly HashSet<string> s_ofDeployment = new(StringComparer.Ordinal)
    {
        "/completions", "/chat/completions", "/embeddings", "/audio/transcriptions", "/audio/translations", "/audio/speech", "/images/generations", "/images/edits",
    };

    private readonly AzureOptions _options;
    private readonly string _base;
    private readonly string _version;

    public AzureEndpoint(AzureOptions options)
    {
        _options = options;
        var endpoint = options.Endpoint ?? throw new ArgumentException("No Azure endpoint: set AZURE_OPENAI_ENDPOINT, or Azure.Endpoint in the client's options.", nameof(options));
        _base = endpoint.AbsoluteUri.TrimEnd('/') + (IsClassic ? "/openai" : "/openai/v1");
        if (IsClassic && options.ApiVersion is null)
        {
            throw new ArgumentException("No API version: set OPENAI_API_VERSION, or Azure.ApiVersion in the client's options, to one such as 2024-10-21.", nameof(options));
        }

        if (options.ApiKey is null && options.TokenProvider is null)
        {
            throw new ArgumentException("No Azure key: set AZURE_OPENAI_API_KEY or AZURE_OPENAI_AD_TOKEN, or Azure.ApiKey or Azure.TokenProvider in the client's options.", nameof(options));
        }

        _version = options.ApiVersion is { } version ? "?api-version=" + Uri.EscapeDataString(version) : "";
        BaseUrl = new Uri(_base);
    }

    public override Uri BaseUrl { get; }

    public override string ProviderName => "azure.ai.openai";

    private bool IsClassic => _options.Surface == AzureSurface.Deployments;

    public override bool NeedsModel(OpenAIOperation operation) => _options.Deployment is null && HasDeployment(operation);

    public override string AddressOf(ApiRequest request, string? model)
    {
        var path = PathOf(request);
        if (HasDeployment(request.Operation) && request.Options.Path is null)
        {
            var deployment = _options.Deployment ?? model;
            path = string.IsNullOrWhiteSpace(deployment)
                ? throw new ArgumentException("Azure needs a deployment: name it as the request's model, or as Azure.Deployment in the client's options.", nameof(request))
                : $"/deployments/{Uri.EscapeDataString(deployment)}{path}";
        }

        // The specification's beta twins have a query in their path.
        return path.Contains('?', StringComparison.Ordinal) ? $"{_base}{path}{_version.Replace('?', '&')}" : _base + path + _version;
    }

    public override (string Name, string? Value) ModelParameter(string? model) => IsClassic ? ("deployment", model is null ? null : _options.Deployment ?? model) : base.ModelParameter(model);

    public override async ValueTask AuthenticateAsync(HttpRequestMessage message, OpenAIOperation operation, CancellationToken cancellationToken)
    {
        if (_options.TokenProvider is { } provider)
        {
            SetBearer(message, await AskAsync(provider, nameof(AzureOptions.TokenProvider), cancellationToken).ConfigureAwait(false));
        }
        else
        {
            Set(message, "api-key", _options.ApiKey!);
        }
    }

    // The list of stored chat completions has the path of the operation that makes one.
    private bool HasDeployment(OpenAIOperation operation) => IsClassic && operation.Method == "POST" && s_ofDeployment.Contains(operation.Path);
}
