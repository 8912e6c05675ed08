using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Routing;

/// <summary>A row of the table as routing uses it. A provider's models that no row names are a row of one deployment.</summary>
internal sealed class ModelRoute(string name, ModelSettings settings, IReadOnlyList<Deployment> deployments, RowBudgets budgets)
{
    private readonly Deployment[] _deployments = [.. deployments];
    private readonly Candidate[] _candidates = [.. deployments.Select(deployment => new Candidate(deployment))];
    private int _turn;

    /// <summary>Its name in the table.</summary>
    public string Name => name;

    /// <summary>Its settings.</summary>
    public ModelSettings Settings => settings;

    /// <summary>Where it runs.</summary>
    public ReadOnlySpan<Deployment> Deployments => _deployments;

    /// <summary>The same, as a choice looks at them.</summary>
    public ReadOnlySpan<Candidate> Candidates => _candidates;

    /// <summary>The first of them.</summary>
    public Deployment First => _deployments[0];

    /// <summary>True where all have the same weight.</summary>
    public bool HasEqualWeights { get; } = deployments.All(deployment => deployment.Weight == deployments[0].Weight);

    /// <summary>What may be done beyond its calls.</summary>
    public RowBudgets Budgets => budgets;

    /// <summary>Where calls go that none of the deployments answers.</summary>
    public IReadOnlyList<Destination> Fallbacks { get; set; } = [];

    /// <summary>Where calls go whose prompt is too long.</summary>
    public IReadOnlyList<Destination> ContextWindowFallbacks { get; set; } = [];

    /// <summary>Where calls go that a content policy refuses.</summary>
    public IReadOnlyList<Destination> ContentFilterFallbacks { get; set; } = [];

    /// <summary>True where there is nothing to choose, to count or to time: such a call costs nothing beyond its one attempt.</summary>
    public bool IsPlain =>
        _deployments.Length == 1 && !First.IsLimited && settings.Deadline is null
        && Fallbacks.Count + ContextWindowFallbacks.Count + ContentFilterFallbacks.Count == 0;

    /// <summary>The next number, for those who take turns.</summary>
    public uint NextTurn() => (uint)Interlocked.Increment(ref _turn);
}

/// <summary>A row, and what its <c>*</c> stands for.</summary>
internal readonly record struct Destination(ModelRoute Row, string Match);
