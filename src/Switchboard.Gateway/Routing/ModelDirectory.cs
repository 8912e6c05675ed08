using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Routing;

/// <summary>What all providers offer, through one <see cref="ListingCache"/> each.</summary>
internal sealed class ModelDirectory : IAsyncDisposable
{
    private readonly IProvider[] _providers;
    private readonly ListingCache[] _caches;

    public ModelDirectory(IEnumerable<IProvider> providers, ProviderServices services)
    {
        var logger = services.LoggerFactory.CreateLogger<ModelDirectory>();
        _providers = [.. providers.OrderBy(provider => provider.Name, StringComparer.Ordinal)];
        _caches = [.. _providers.Select(provider => new ListingCache(provider, services.TimeProvider, logger))];
    }

    /// <summary>Every provider with its list, asked side by side.</summary>
    /// <param name="fresh">Waits for a new list where the known one is old.</param>
    /// <param name="cancellationToken">Ends the waiting, not the asking.</param>
    public async ValueTask<ProviderListing[]> ListAsync(bool fresh, CancellationToken cancellationToken)
    {
        var pending = new Task<ModelListing>[_caches.Length];
        for (var i = 0; i < _caches.Length; i++)
        {
            pending[i] = fresh ? _caches[i].GetFreshAsync(cancellationToken) : _caches[i].GetAsync(cancellationToken);
        }

        var listings = await Task.WhenAll(pending);
        return [.. listings.Select((listing, i) => new ProviderListing(_providers[i], listing))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cache in _caches)
        {
            await cache.DisposeAsync();
        }
    }
}

/// <summary>A provider and what it offers.</summary>
internal readonly record struct ProviderListing(IProvider Provider, ModelListing Listing);
