using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Routing;

/// <summary>
/// Finds the provider of a model's name: first the <c>models:</c> table, then <c>provider/model</c>, then the only
/// provider that lists it. The first two ask nobody.
/// </summary>
internal sealed class ModelTable(GatewaySnapshot snapshot)
{
    // The one that is there when its key is set.
    private const string UsualProvider = "openai";

    /// <summary>Finds where a call goes: to the provider that the caller names, else to its model's, else to the one for all that names no model.</summary>
    public ValueTask<Route> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var model = call.Facts.Model;
        if (call.Provider is { } name)
        {
            return new(snapshot.Providers.TryGetValue(name, out var provider) ? Route.To(provider, model) : Route.Nowhere(NoProvider(name)));
        }

        return model.Length == 0 ? new(FindUnnamed(call.Operation)) : FindAsync(model, cancellationToken);
    }

    /// <summary>Looks a model up whose form already goes to a provider: it has to be one of that provider's.</summary>
    public async ValueTask<LateModel> FindLateAsync(IProvider provider, string model, CancellationToken cancellationToken)
    {
        var route = await FindAsync(model, cancellationToken);
        return !route.IsFound ? new("", route.Error)
            : route.Provider != provider ? new("", TooLate(model, provider.Name, route.Provider.Name))
            : new(route.Model, null);
    }

    /// <summary>What the table or the prefix says; null where neither knows the name.</summary>
    public Route? FindNamed(string model)
    {
        if (snapshot.Models.TryGetValue(model, out var row))
        {
            var deployment = row.Deployments[0];
            return Route.To(snapshot.Providers[deployment.Provider], deployment);
        }

        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < model.Length - 1 && snapshot.Providers.TryGetValue(model[..slash], out var provider)
            ? Route.To(provider, model[(slash + 1)..])
            : null;
    }

    // A row of the table may have the name of the model that the operation falls back to.
    private Route FindUnnamed(ApiOperation operation)
    {
        if (operation != ApiOperation.Other && OperationProfile.Of(operation).DefaultModel is { } usual && FindNamed(usual) is { } route)
        {
            return route;
        }

        if (snapshot.Configuration.Server.DefaultProvider is { } chosen)
        {
            return Route.To(snapshot.Providers[chosen], "");
        }

        var able = snapshot.Providers.Values.Where(provider => provider.OffersUnnamed(operation)).ToArray();
        return able.Length switch
        {
            1 => Route.To(able[0], ""),
            0 => Route.Nowhere(Incapable()),
            _ => Array.Find(able, provider => provider.Name == UsualProvider) is { } openai ? Route.To(openai, "") : Route.Nowhere(Undecided(able)),
        };
    }

    private ValueTask<Route> FindAsync(string model, CancellationToken cancellationToken) =>
        FindNamed(model) is { } route ? new(route) : FindListedAsync(model, cancellationToken);

    private static GatewayError TooLate(string model, string provider, string other) => GatewayError.InvalidRequest(
        $"'model' came so late in the form that it was on its way to the provider '{provider}' already, and '{RequestFaults.Shorten(model)}' is of the provider '{other}'. Put the field 'model' before the file, or name the provider in the header x-switchboard-provider or the model in x-switchboard-model.",
        "model",
        "late_model");

    private static GatewayError NoProvider(string name) =>
        new(404, new ErrorBody($"There is no provider '{RequestFaults.Shorten(name)}'.", ErrorTypes.InvalidRequest, "provider", "provider_not_found"));

    private static GatewayError Incapable() =>
        new(501, new ErrorBody("No provider is configured that could answer this.", ErrorTypes.InvalidRequest, null, "unsupported_operation"));

    private static GatewayError Undecided(IProvider[] able) => GatewayError.InvalidRequest(
        $"Several providers could answer this. Name one in the header x-switchboard-provider or the query parameter 'provider' ({string.Join(", ", able.Select(provider => provider.Name).Order(StringComparer.Ordinal))}), or set server.default_provider.",
        "provider",
        "ambiguous_provider");

    private async ValueTask<Route> FindListedAsync(string model, CancellationToken cancellationToken)
    {
        var listings = await snapshot.Directory.ListAsync(fresh: false, cancellationToken);
        var holders = HoldersOf(model, listings);
        if (holders.Count == 0)
        {
            // The lists may be old: a model that was added since is worth one more question.
            listings = await snapshot.Directory.ListAsync(fresh: true, cancellationToken);
            holders = HoldersOf(model, listings);
        }

        return holders.Count switch
        {
            1 => Route.To(holders[0].Provider, model),
            0 => Unlisted(model, listings),
            _ => Route.Nowhere(Ambiguous(model, holders)),
        };
    }

    private static List<ProviderListing> HoldersOf(string model, ProviderListing[] listings) =>
        [.. listings.Where(listing => listing.Listing.Models.Any(listed => listed.Id == model))];

    // A provider that cannot be asked for its list may still have the model, and it knows best what is wrong: with a
    // bad key the caller reads that, and not that the model does not exist. With several there is no telling which.
    private Route Unlisted(string model, ProviderListing[] listings)
    {
        var silent = listings.Where(listing => listing.Listing.Error is not null && !snapshot.IsLocal(listing.Provider.Name)).ToArray();
        return silent.Length == 1
            ? Route.To(silent[0].Provider, model)
            : Route.Nowhere(GatewayError.ModelNotFound(model));
    }

    private static GatewayError Ambiguous(string model, List<ProviderListing> holders) =>
        GatewayError.InvalidRequest(
            $"Several providers offer '{model}'. Say which: {string.Join(" or ", holders.Select(holder => $"'{holder.Provider.Name}/{model}'"))}.",
            "model",
            "ambiguous_model");
}
