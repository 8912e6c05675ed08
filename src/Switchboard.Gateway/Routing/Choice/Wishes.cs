using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.RateLimiting;

namespace Switchboard.Gateway.Routing.Choice;

/// <summary>What a call wants of a deployment. What the caller excludes is never asked, fallbacks included.</summary>
internal readonly record struct Wishes
{
    // Every walk holds one of these: a byte is enough.
    private readonly byte _operation;

    /// <summary>What it asks for.</summary>
    public required ApiOperation Operation
    {
        get => (ApiOperation)_operation;
        init => _operation = (byte)value;
    }

    /// <summary>Whether it asks for a stream.</summary>
    public bool Streams { get; init; }

    /// <summary>The tags that it must have.</summary>
    public ulong Tags { get; init; }

    /// <summary>The only provider; null for any.</summary>
    public string? Provider { get; init; }

    /// <summary>The only deployment, <c>provider/model</c>; null for any.</summary>
    public string? Deployment { get; init; }

    /// <summary>What the caller's policies allow; null where they allow every provider.</summary>
    public Permissions? Permissions { get; init; }

    /// <summary>The providers whose budgets are spent; null for none.</summary>
    public SpentProviders? Spent { get; init; }

    /// <summary>How many tokens it may take, where they are counted.</summary>
    public int Tokens { get; init; }

    /// <summary>What it sticks by; 0 for nothing.</summary>
    public ulong Affinity { get; init; }

    /// <summary>True where any will do.</summary>
    public bool AreOpen => Tags == 0 && Provider is null && Deployment is null && Permissions is null && Spent is null;

    /// <summary>Whether it may go to a deployment.</summary>
    public bool Allow(Deployment deployment, string match) => CanPay(deployment) && Want(deployment, match);

    /// <summary>Whether the budget of a deployment's provider has something left.</summary>
    public bool CanPay(Deployment deployment) => Spent is null || !Spent.Has(deployment.Provider.Name);

    /// <summary>Whether a deployment is one that the caller lets it go to.</summary>
    public bool Want(Deployment deployment, string match) =>
        (deployment.Tags & Tags) == Tags
        && Permit(deployment)
        && (Provider is null || deployment.Provider.Name == Provider)
        && (Deployment is null || $"{deployment.Provider.Name}/{deployment.ModelFor(match)}" == Deployment);

    /// <summary>Whether a deployment is of a provider that the caller may use.</summary>
    public bool Permit(Deployment deployment) => Permissions is null || Permissions.AllowProvider(deployment.Provider.Name);
}
