using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Providers;

/// <summary>
/// Stands for a provider whose secret cannot be had. It offers what that one does, so that names lead where they always
/// do, and answers every call with the reason: nothing goes to a provider without its key.
/// </summary>
/// <param name="inner">What it stands for; it is never asked.</param>
/// <param name="missing">What is missing; at least one.</param>
internal sealed class KeylessProvider(IProvider inner, IReadOnlyList<MissingSecret> missing) : IProvider, IAsyncDisposable
{
    /// <summary>The code of its errors.</summary>
    public const string Code = "provider_key_unavailable";

    private readonly GatewayError _error = new(
        503,
        new ErrorBody($"The provider '{inner.Name}' cannot be asked now: the secret that {missing[0].Setting} stands for {missing[0].Reason}.", ErrorTypes.Overloaded, null, Code),
        TimeSpan.FromSeconds(2));

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => inner.Offers(operation);

    /// <inheritdoc/>
    public bool OffersUnnamed(ApiOperation operation) => inner.OffersUnnamed(operation);

    /// <inheritdoc/>
    public bool Passes(CallOrigin origin) => inner.Passes(origin);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => new(GatewayOutcome.Failed(_error));

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => new(new ModelListing([], _error));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        switch (inner)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }
}
