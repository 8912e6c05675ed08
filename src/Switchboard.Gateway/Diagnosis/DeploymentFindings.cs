using System.Globalization;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Diagnosis;

/// <summary>What is found of a deployment: whether its provider has the model, what is known of it, whether it answers.</summary>
internal static class DeploymentFindings
{
    private const int MostExamples = 3;

    // Their lists name what could be deployed, not what is.
    private static readonly string[] s_listOthers = ["azure", "bedrock"];

    public static Finding OfListing(string path, DeploymentSettings deployment, ProviderSettings provider, ModelListing listing)
    {
        if (listing.Error is not null || listing.Models.Count == 0)
        {
            return new(Verdict.Warn, path, $"Whether '{deployment.Provider}' has '{deployment.Model}' cannot be told: it gave no list.");
        }

        if (listing.Models.FirstOrDefault(model => IsMeant(model.Id, deployment.Model)) is { } listed)
        {
            return new(Verdict.Ok, path, $"'{deployment.Provider}' lists '{listed.Id}'.");
        }

        var near = listing.Models
            .Select(model => model.Id)
            .OrderByDescending(id => Likeness(id, deployment.Model))
            .ThenBy(id => id, StringComparer.Ordinal)
            .Take(MostExamples);
        return new(
            s_listOthers.Contains(provider.Type) ? Verdict.Warn : Verdict.Fail,
            path,
            string.Create(CultureInfo.InvariantCulture, $"'{deployment.Provider}' does not list '{deployment.Model}' among its {listing.Models.Count}. Near are {string.Join(", ", near.Select(id => $"'{id}'"))}."));
    }

    public static Finding OfFacts(string path, DeploymentSettings deployment, ModelFacts? facts) => facts switch
    {
        null => new(Verdict.Warn, path, $"Nothing is known of '{deployment.Model}': its context window, capabilities and prices can be told in a file of model_data."),
        { Prices: null } => new(Verdict.Warn, path, $"The prices of '{deployment.Model}' at '{deployment.Provider}' are not known; a file of model_data can tell them."),
        _ => new(Verdict.Ok, path, $"Context window and prices of '{deployment.Model}' are known."),
    };

    public static Finding OfCall(string path, GatewayError? error) => error is null
        ? new(Verdict.Ok, path, "It answered a short request.")
        : new(error.Status == 429 ? Verdict.Warn : Verdict.Fail, path, $"A short request failed with status {error.Status.ToString(CultureInfo.InvariantCulture)}: {error.Body.Message}");

    // Anthropic lists models with their day and takes them without, Ollama those without a tag as the latest.
    private static bool IsMeant(string listed, string wanted) =>
        listed == wanted || ModelIds.Undated(listed) == wanted || listed == $"{wanted}:latest";

    // The length of what both begin with; a name that holds the other counts whole.
    private static int Likeness(string id, string wanted)
    {
        if (id.Contains(wanted, StringComparison.OrdinalIgnoreCase) || wanted.Contains(id, StringComparison.OrdinalIgnoreCase))
        {
            return Math.Min(id.Length, wanted.Length);
        }

        return id.Zip(wanted).TakeWhile(pair => char.ToLowerInvariant(pair.First) == char.ToLowerInvariant(pair.Second)).Count();
    }
}
