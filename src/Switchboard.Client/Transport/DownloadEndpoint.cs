using Switchboard.Protocol.Operations;

namespace Switchboard.Client.Transport;

/// <summary>One address of which an answer told: with the key where it is the API's own server, and without anywhere else.</summary>
internal sealed class DownloadEndpoint(Uri address, ApiEndpoint api) : ApiEndpoint
{
    private readonly bool _isOwn = address.Scheme == api.BaseUrl.Scheme && string.Equals(address.Authority, api.BaseUrl.Authority, StringComparison.OrdinalIgnoreCase);

    public override Uri BaseUrl => address;

    public override string ProviderName => api.ProviderName;

    /// <summary>A transport to this address over the connections of another. Headers that the user has set are for the API's server, too.</summary>
    public static ApiTransport TransportTo(Uri address, ApiTransport api)
    {
        var endpoint = new DownloadEndpoint(address, api.Endpoint);
        var options = endpoint._isOwn
            ? api.Options with { Query = new Dictionary<string, string>() }
            : api.Options with { Query = new Dictionary<string, string>(), Headers = new Dictionary<string, string?>(), Organization = null, Project = null };
        return new ApiTransport(options, api, endpoint);
    }

    public override string AddressOf(ApiRequest request, string? model) => address.AbsoluteUri;

    public override ValueTask AuthenticateAsync(HttpRequestMessage message, OpenAIOperation operation, CancellationToken cancellationToken) =>
        _isOwn ? api.AuthenticateAsync(message, operation, cancellationToken) : ValueTask.CompletedTask;
}
