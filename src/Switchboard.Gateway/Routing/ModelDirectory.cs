using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Routing;

/// <summary>What all providers offer, through one <see cref="ListingCache"/> each.</summary>
internal sealed class ModelDirectory(IEnumerable<ListingCache> caches)
{
    private readonly ListingCache[] _caches = [.. caches.OrderBy(cache => cache.Provider.Name, StringComparer.Ordinal)];

    /// <summary>True where a provider listed the model when it was asked last; nobody is asked for it.</summary>
    public bool Lists(string model) => Array.Exists(_caches, cache => cache.Lists(model));

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
        return [.. listings.Select((listing, i) => new ProviderListing(_caches[i].Provider, listing))];
    }
}

/// <summary>A provider and what it offers.</summary>
internal readonly record struct ProviderListing(IProvider Provider, ModelListing Listing);
