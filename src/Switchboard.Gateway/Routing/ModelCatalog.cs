using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Routing;

/// <summary>
/// The models that callers can ask for now, by the names they can use: those of the table, then each provider's, as
/// <c>model</c> where that leads to it and as <c>provider/model</c> where it does not. A provider that cannot be
/// listed is left out.
/// </summary>
public sealed class ModelCatalog(GatewaySnapshot snapshot)
{
    private const string Owner = "switchboard";

    private readonly ModelTable _table = new(snapshot);

    /// <summary>All models.</summary>
    public async ValueTask<IReadOnlyList<ModelDescription>> ListAsync(CancellationToken cancellationToken)
    {
        var listings = await snapshot.Directory.ListAsync(fresh: false, cancellationToken);
        var holders = CountHolders(listings);
        var models = new List<ModelDescription>();
        models.AddRange(snapshot.Models.Keys.Order(StringComparer.Ordinal).Select(name => DescribeRow(name, listings)));
        foreach (var (provider, listing) in listings)
        {
            models.AddRange(listing.Models.Select(model => Describe(model, provider.Name, NameOf(model.Id, provider.Name, holders))));
        }

        return models;
    }

    /// <summary>One model by any name that leads to it; null where none does or its provider does not list it.</summary>
    public async ValueTask<ModelDescription?> FindAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        var listings = await snapshot.Directory.ListAsync(fresh: false, cancellationToken);
        return Find(id, listings)
            ?? Find(id, await snapshot.Directory.ListAsync(fresh: true, cancellationToken));
    }

    private ModelDescription? Find(string id, ProviderListing[] listings)
    {
        if (snapshot.Models.ContainsKey(id))
        {
            return DescribeRow(id, listings);
        }

        var route = _table.FindNamed(id);
        var name = route?.Model ?? id;
        var found = listings
            .Where(listing => route is null || listing.Provider == route.Value.Provider)
            .SelectMany(listing => listing.Listing.Models, (listing, model) => (Provider: listing.Provider.Name, Model: model))
            .Where(listed => listed.Model.Id == name)
            .Take(2)
            .ToArray();
        return found.Length == 1 ? Describe(found[0].Model, found[0].Provider, id) : null;
    }

    private ModelDescription DescribeRow(string name, ProviderListing[] listings)
    {
        var deployment = snapshot.Models[name].Deployments[0];
        var model = listings
            .Where(listing => listing.Provider.Name == deployment.Provider)
            .SelectMany(listing => listing.Listing.Models)
            .FirstOrDefault(model => model.Id == deployment.Model);
        return Describe(model ?? new ModelDescription(deployment.Model, snapshot.BuiltAt, Owner), deployment.Provider, name);
    }

    // A model by the name that callers have for it.
    private ModelDescription Describe(ModelDescription model, string provider, string name) =>
        model with { Id = name, Facts = snapshot.FactsOf(provider, model.Id) };

    private static Dictionary<string, int> CountHolders(ProviderListing[] listings)
    {
        var holders = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var id in listings.SelectMany(listing => listing.Listing.Models.Select(model => model.Id).Distinct(StringComparer.Ordinal)))
        {
            holders[id] = holders.GetValueOrDefault(id) + 1;
        }

        return holders;
    }

    private string NameOf(string id, string provider, Dictionary<string, int> holders) =>
        holders[id] == 1 && _table.FindNamed(id) is null ? id : $"{provider}/{id}";
}
