using Switchboard.Gateway.Access;
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

    /// <summary>All models, for whoever may ask for everything.</summary>
    public ValueTask<IReadOnlyList<ModelDescription>> ListAsync(CancellationToken cancellationToken) => ListAsync(Caller.Anonymous, cancellationToken);

    /// <summary>The models that a caller may ask for.</summary>
    public async ValueTask<IReadOnlyList<ModelDescription>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var listings = await snapshot.Directory.ListAsync(fresh: false, cancellationToken);
        var holders = CountHolders(listings);
        var models = new List<ModelDescription>();
        models.AddRange(Names().Select(name => Describe(name, listings, caller)).OfType<ModelDescription>());
        foreach (var (provider, listing) in listings.Where(listing => caller.MayUse(listing.Provider.Name)))
        {
            models.AddRange(listing.Models.Select(model => Describe(model, provider.Name, NameOf(model.Id, provider, holders))));
        }

        return caller.Permissions.LimitModels ? models.FindAll(model => caller.MayAskFor(model.Id)) : models;
    }

    /// <summary>One model by any name that leads to it; null where none does or its provider does not list it.</summary>
    public ValueTask<ModelDescription?> FindAsync(string id, CancellationToken cancellationToken) => FindAsync(id, Caller.Anonymous, cancellationToken);

    /// <summary>One model by any name that leads to it; null where none does, its provider does not list it, or the caller may not ask for it.</summary>
    public async ValueTask<ModelDescription?> FindAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(caller);
        if (!caller.MayAskFor(id))
        {
            return null;
        }

        var listings = await snapshot.Directory.ListAsync(fresh: false, cancellationToken);
        return Find(id, listings, caller)
            ?? Find(id, await snapshot.Directory.ListAsync(fresh: true, cancellationToken), caller);
    }

    // A row for many names is none to ask for; what it leads to stands in the lists of the providers.
    private IEnumerable<string> Names() =>
        snapshot.Models.Keys.Where(name => !name.Contains('*', StringComparison.Ordinal))
            .Concat(snapshot.Configuration.Aliases.Keys)
            .Order(StringComparer.Ordinal);

    private ModelDescription? Find(string id, ProviderListing[] listings, Caller caller) => Describe(id, listings, caller) ?? FindListed(id, listings, null, id, caller);

    // Who wrote a name down knows that it is there; of all others the provider says whether it is.
    private ModelDescription? Describe(string name, ProviderListing[] listings, Caller caller)
    {
        if (snapshot.Table.FindNamed(name) is not { } route)
        {
            return snapshot.Configuration.Aliases.TryGetValue(name, out var target) ? FindListed(target, listings, null, name, caller) : null;
        }

        if (FirstFor(caller, route.Row!) is not { } deployment)
        {
            return null;
        }

        return FindListed(deployment.ModelFor(route.Match), listings, deployment.Provider, name, caller)
            ?? (snapshot.Models.ContainsKey(name) || snapshot.Configuration.Aliases.ContainsKey(name)
                ? Describe(new ModelDescription(deployment.ModelFor(route.Match), snapshot.BuiltAt, Owner), deployment.Provider.Name, name)
                : null);
    }

    private static Deployment? FirstFor(Caller caller, ModelRoute row)
    {
        foreach (var deployment in row.Deployments)
        {
            if (caller.MayUse(deployment.Provider.Name))
            {
                return deployment;
            }
        }

        return null;
    }

    private ModelDescription? FindListed(string model, ProviderListing[] listings, IProvider? provider, string name, Caller caller)
    {
        var found = listings
            .Where(listing => provider is null ? caller.MayUse(listing.Provider.Name) : listing.Provider == provider)
            .SelectMany(listing => listing.Listing.Models, (listing, model) => (Provider: listing.Provider.Name, Model: model))
            .Where(listed => listed.Model.Id == model)
            .Take(2)
            .ToArray();
        return found.Length == 1 ? Describe(found[0].Model, found[0].Provider, name) : null;
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

    private string NameOf(string id, IProvider provider, Dictionary<string, int> holders)
    {
        var leadsHere = snapshot.Table.FindNamed(id) is { } route
            ? route.Row!.First.Provider == provider && route.Row.First.IsPattern && route.Row.First.ModelFor(route.Match) == id
            : holders[id] == 1;
        return leadsHere ? id : $"{provider.Name}/{id}";
    }
}
