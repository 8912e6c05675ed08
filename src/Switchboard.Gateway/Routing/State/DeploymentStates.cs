using System.Collections.Concurrent;

namespace Switchboard.Gateway.Routing.State;

/// <summary>
/// What is known of all deployments, by name. Made once and used by one configuration after another, so that a change of
/// the file forgets nothing but what it took out.
/// </summary>
internal sealed class DeploymentStates(TimeProvider time)
{
    private const int FreeRetries = 10;
    private const int FreeHedges = 2;

    private readonly long _startedAt = time.GetTimestamp();
    private readonly ConcurrentDictionary<(string Provider, string Model), DeploymentState> _deployments = new();
    private readonly ConcurrentDictionary<string, ProviderHealth> _providers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RowBudgets> _rows = new(StringComparer.Ordinal);

    /// <summary>The time, in ticks since this was made; from 1 on.</summary>
    public long Now => time.GetElapsedTime(_startedAt).Ticks + 1;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The state of a deployment of the configuration.</summary>
    public DeploymentState Of(string provider, string model) =>
        _deployments.GetOrAdd((provider, model), static (key, states) => new DeploymentState($"{key.Provider}/{key.Model}", states.OfProvider(key.Provider)), this);

    /// <summary>The state of a provider.</summary>
    public ProviderHealth OfProvider(string provider) => _providers.GetOrAdd(provider, static _ => new ProviderHealth());

    /// <summary>The budgets of a row of the table.</summary>
    public RowBudgets OfRow(string row) => _rows.GetOrAdd(row, static _ => new RowBudgets(new ShareBudget(FreeRetries), new ShareBudget(FreeHedges)));

    /// <summary>Notes that a provider is there, or is not.</summary>
    public void SetDown(string provider, bool isDown)
    {
        OfProvider(provider).IsDown = isDown;
        foreach (var state in AllOf(provider))
        {
            state.Reconsider();
        }
    }

    /// <summary>Forgets the deployments that the configuration in force has no more.</summary>
    public void KeepOnly(IReadOnlySet<DeploymentState> some)
    {
        foreach (var deployment in _deployments)
        {
            if (!some.Contains(deployment.Value) && _deployments.TryRemove(deployment))
            {
                deployment.Value.Retire();
            }
        }
    }

    /// <summary>The states of a provider's deployments.</summary>
    public IEnumerable<DeploymentState> AllOf(string provider) =>
        _deployments.Where(deployment => deployment.Key.Provider == provider).Select(deployment => deployment.Value);
}

/// <summary>What may be done beyond the calls of a row.</summary>
/// <param name="Retries">Further attempts.</param>
/// <param name="Hedges">Second attempts at the same time.</param>
internal sealed record RowBudgets(ShareBudget Retries, ShareBudget Hedges);
