using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Routing.State;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Routing;

/// <summary>
/// Finds where the name of a model leads: first the <c>models:</c> table, then <c>provider/model</c>, then the only
/// provider that lists it. The first two ask nobody.
/// </summary>
internal sealed class ModelTable(GatewaySnapshot snapshot, ProviderServices services)
{
    // The one that is there when its key is set.
    private const string UsualProvider = "openai";

    private readonly ModelRows _rows = new(snapshot.Configuration, snapshot.Providers, snapshot.Limits, services);

    /// <summary>The states of the deployments that it leads to.</summary>
    public IReadOnlySet<DeploymentState> States => _rows.States;

    /// <summary>Which names may be labels of metrics.</summary>
    public ModelLabels Labels => snapshot.Labels;

    /// <summary>Finds where a call goes: to its model's row, else to the provider that the caller names, else to the one for all that names no model.</summary>
    public ValueTask<Route> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var model = call.Facts.Model;
        if (call.Provider is { } name)
        {
            return new(snapshot.Providers.ContainsKey(name) ? FindAt(name, model) : Route.Nowhere(NoProvider(name)));
        }

        return model.Length == 0 ? new(FindUnnamed(call)) : FindAsync(model, call.Caller, cancellationToken);
    }

    /// <summary>Looks a model up whose form already goes to a provider: it has to be one of that provider's.</summary>
    public async ValueTask<LateModel> FindLateAsync(IProvider provider, string model, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.MayAskFor(model))
        {
            return new("", AccessErrors.ModelNotAllowed(model));
        }

        var route = await FindAsync(model, caller, cancellationToken);
        if (!route.IsFound)
        {
            return new("", route.Error);
        }

        foreach (var deployment in route.Row.Deployments)
        {
            if (deployment.Provider == provider)
            {
                return new(deployment.ModelFor(route.Match), null);
            }
        }

        return new("", TooLate(model, provider.Name, route.Row.First.Provider.Name));
    }

    /// <summary>What the table or the prefix says; null where neither knows the name.</summary>
    public Route? FindNamed(string model) => _rows.Find(model) is { } found ? Route.To(found) : null;

    /// <summary>Whether a call about files that names no provider is for one: the one that it would go to has files, or one of those that could get it.</summary>
    public bool FilesAreAtProvider(Caller caller)
    {
        if (snapshot.Configuration.Server.DefaultProvider is { } chosen)
        {
            return HasFiles(chosen);
        }

        var able = Able(ApiOperation.Other, caller);
        return Array.Exists(able, provider => provider.Name == UsualProvider) ? HasFiles(UsualProvider) : Array.Exists(able, provider => HasFiles(provider.Name));
    }

    /// <summary>What the caller wants of a deployment, or what of it there is none of.</summary>
    public GatewayError? ReadWishes(GatewayCall call, out Wishes wishes)
    {
        wishes = new Wishes
        {
            Operation = call.Operation,
            Streams = call.Facts.Stream,
            Tags = _rows.BitsOf(call.Tags, out var unknown),
            Provider = call.Provider,
            Deployment = call.Deployment,
            Spent = call.SpentProviders,
            Permissions = call.Caller.Permissions is { LimitProviders: true } permissions ? permissions : null,
        };
        return unknown is null ? null : UnknownTag(unknown);
    }

    private bool HasFiles(string provider) => snapshot.Providers[provider].Offers(ApiOperation.Other) && snapshot.Configuration.Providers[provider].HasFiles;

    private IProvider[] Able(ApiOperation operation, Caller caller) =>
        [.. snapshot.Providers.Values.Where(provider => provider.OffersUnnamed(operation) && caller.MayUse(provider.Name))];

    // The caller's provider narrows a row down; of a name that is none of its rows it knows best.
    private Route FindAt(string provider, string model)
    {
        if (model.Length > 0 && _rows.Find(model) is { } found)
        {
            foreach (var deployment in found.Row.Deployments)
            {
                if (deployment.Provider.Name == provider)
                {
                    return Route.To(found);
                }
            }
        }

        return Route.To(_rows.OfProvider(provider, model));
    }

    // A row of the table may have the name of the model that the operation falls back to.
    private Route FindUnnamed(GatewayCall call)
    {
        var operation = call.Operation;
        if (operation != ApiOperation.Other && OperationProfile.Of(operation).DefaultModel is { } usual && FindNamed(usual) is { } route)
        {
            return route;
        }

        if (snapshot.Configuration.Server.DefaultProvider is { } chosen)
        {
            return Route.To(_rows.OfProvider(chosen, ""));
        }

        var able = Able(operation, call.Caller);
        return able.Length switch
        {
            1 => Route.To(_rows.OfProvider(able[0].Name, "")),
            0 => Route.Nowhere(Incapable()),
            _ => Array.Find(able, provider => provider.Name == UsualProvider) is { } openai ? Route.To(_rows.OfProvider(openai.Name, "")) : Route.Nowhere(Undecided(able)),
        };
    }

    private ValueTask<Route> FindAsync(string model, Caller caller, CancellationToken cancellationToken) =>
        _rows.Find(model) is { } found ? new(Route.To(found)) : FindListedAsync(_rows.Resolve(model), caller, cancellationToken);

    private static GatewayError TooLate(string model, string provider, string other) => GatewayError.InvalidRequest(
        $"'model' came so late in the form that it was on its way to the provider '{provider}' already, and '{RequestFaults.Shorten(model)}' is of the provider '{other}'. Put the field 'model' before the file, or name the provider in the header x-switchboard-provider or the model in x-switchboard-model.",
        "model",
        "late_model");

    private static GatewayError NoProvider(string name) =>
        new(404, new ErrorBody($"There is no provider '{RequestFaults.Shorten(name)}'.", ErrorTypes.InvalidRequest, "provider", "provider_not_found"));

    private GatewayError UnknownTag(string tag) => GatewayError.InvalidRequest(
        _rows.Tags.Any()
            ? $"No deployment has the tag '{RequestFaults.Shorten(tag)}' (x-switchboard-tags). There are: {string.Join(", ", _rows.Tags)}."
            : $"No deployment has the tag '{RequestFaults.Shorten(tag)}' (x-switchboard-tags), nor any other.",
        null,
        "unknown_tag");

    private static GatewayError Incapable() =>
        new(501, new ErrorBody("No provider is configured that could answer this.", ErrorTypes.InvalidRequest, null, "unsupported_operation"));

    private static GatewayError Undecided(IProvider[] able) => GatewayError.InvalidRequest(
        $"Several providers could answer this. Name one in the header x-switchboard-provider or the query parameter 'provider' ({string.Join(", ", able.Select(provider => provider.Name).Order(StringComparer.Ordinal))}), or set server.default_provider.",
        "provider",
        "ambiguous_provider");

    private async ValueTask<Route> FindListedAsync(string model, Caller caller, CancellationToken cancellationToken)
    {
        var listings = await snapshot.Directory.ListAsync(fresh: false, cancellationToken);
        var holders = HoldersOf(model, listings);
        if (holders.Count == 0)
        {
            // The lists may be old: a model that was added since is worth one more question.
            listings = await snapshot.Directory.ListAsync(fresh: true, cancellationToken);
            holders = HoldersOf(model, listings);
        }

        // Of several those count that the caller may use; where it may use none, it is told so by the walk.
        if (holders.Count > 1 && holders.FindAll(holder => caller.MayUse(holder.Provider.Name)) is var usable)
        {
            holders = usable.Count > 0 ? usable : holders[..1];
        }

        return holders.Count switch
        {
            1 => Route.To(_rows.OfProvider(holders[0].Provider.Name, model)),
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
            ? Route.To(_rows.OfProvider(silent[0].Provider.Name, model))
            : Route.Nowhere(GatewayError.ModelNotFound(model));
    }

    private static GatewayError Ambiguous(string model, List<ProviderListing> holders) =>
        GatewayError.InvalidRequest(
            $"Several providers offer '{model}'. Say which: {string.Join(" or ", holders.Select(holder => $"'{holder.Provider.Name}/{model}'"))}.",
            "model",
            "ambiguous_model");
}
