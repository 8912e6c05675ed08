using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers;

/// <summary>What a provider said when asked for its models.</summary>
/// <param name="Models">Its models; empty when <paramref name="Error"/> is set.</param>
/// <param name="Error">Why they could not be listed.</param>
public sealed record ModelListing(IReadOnlyList<ModelDescription> Models, GatewayError? Error = null);

/// <summary>A model as <c>GET /v1/models</c> shows it.</summary>
/// <param name="Id">Its name at its provider.</param>
/// <param name="Created">When it was made.</param>
/// <param name="OwnedBy">Who owns it.</param>
public sealed record ModelDescription(string Id, DateTimeOffset Created, string OwnedBy)
{
    /// <summary>What it is, in a sentence, where that is known.</summary>
    public string? Description { get; init; }

    /// <summary>The most tokens of prompt and answer together, where that is known.</summary>
    public int? ContextLength { get; init; }

    /// <summary>What else is known of it; null where nothing is.</summary>
    public ModelFacts? Facts { get; init; }
}
