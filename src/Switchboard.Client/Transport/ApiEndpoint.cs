using Switchboard.Protocol.Operations;

namespace Switchboard.Client.Transport;

/// <summary>Where a server has its operations, and how it wants to be shown the key.</summary>
internal abstract class ApiEndpoint
{
    /// <summary>The address under which the operations are.</summary>
    public abstract Uri BaseUrl { get; }

    /// <summary>The provider's name in telemetry (OpenTelemetry, <c>gen_ai.provider.name</c>).</summary>
    public abstract string ProviderName { get; }

    /// <summary>The deployment has to be known to make the address.</summary>
    public virtual bool NeedsModel(OpenAIOperation operation) => false;

    /// <summary>The address of an operation, without the call's own query.</summary>
    public abstract string AddressOf(ApiRequest request, string? model);

    /// <summary>The query parameter that names the model of a realtime session.</summary>
    public virtual (string Name, string? Value) ModelParameter(string? model) => ("model", model);

    /// <summary>Adds the key to a request that goes to this server.</summary>
    /// <exception cref="ApiConfigurationException">There is none and there has to be one, or its provider failed.</exception>
    public abstract ValueTask AuthenticateAsync(HttpRequestMessage message, OpenAIOperation operation, CancellationToken cancellationToken);

    protected static string PathOf(ApiRequest request)
    {
        var path = request.Options.Path ?? request.Path;
        return path.StartsWith('/') ? path : throw new ArgumentException($"The path of a call has to begin with '/': '{path}'.", nameof(request));
    }

    /// <summary>Asks for a key or token.</summary>
    protected static async ValueTask<string> AskAsync(Func<CancellationToken, ValueTask<string>> provider, string name, CancellationToken cancellationToken)
    {
        string key;
        try
        {
            key = await provider(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException and not ApiException)
        {
            throw new ApiConfigurationException($"{name} failed to give a key: {fault.Message}", fault);
        }

        return string.IsNullOrWhiteSpace(key) ? throw new ApiConfigurationException($"{name} gave an empty key.") : key;
    }

    protected static void SetBearer(HttpRequestMessage message, string key) => Set(message, "Authorization", "Bearer " + key);

    protected static void Set(HttpRequestMessage message, string name, string value)
    {
        if (value.AsSpan().ContainsAny('\r', '\n', '\0') || !message.Headers.TryAddWithoutValidation(name, value))
        {
            // The value stays untold: it is a key.
            throw new ApiConfigurationException($"The value for the header {name} cannot be sent: it holds a line break or another character that headers lack.");
        }
    }
}
