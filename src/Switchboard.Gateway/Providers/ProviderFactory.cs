using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Caching;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.Routing.State;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.Providers;

/// <summary>Makes a provider of one kind from its settings.</summary>
/// <param name="name">Its name in the configuration.</param>
/// <param name="settings">Its settings, already checked.</param>
/// <param name="services">What every provider may use.</param>
public delegate IProvider ProviderFactory(string name, ProviderSettings settings, ProviderServices services);

/// <summary>What every provider may use.</summary>
/// <param name="TimeProvider">The clock.</param>
/// <param name="LoggerFactory">Where logs go.</param>
public sealed record ProviderServices(TimeProvider TimeProvider, ILoggerFactory LoggerFactory)
{
    /// <summary>The silence after which a stream gets a comment (<c>server.heartbeat</c>); zero for never.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where responses are kept; by default in memory.</summary>
    public IResponseStore Responses { get; init; } = new MemoryResponseStore(new ResponseStoreSettings(), TimeProvider);

    /// <summary>Where conversations are kept; by default in memory.</summary>
    public IConversationRecords Conversations { get; init; } = new MemoryConversationRecords(TimeProvider);

    /// <summary>What is counted, cached and locked; by default in this process.</summary>
    public ISharedState Shared { get; init; } = new MemorySharedState(TimeProvider);

    /// <summary>The answers that are kept to be given again; by default some of their own.</summary>
    public AnswerStore Answers
    {
        get => field ??= new(TimeProvider, Shared);
        init;
    }

    /// <summary>Takes the row of each call; null where none is kept.</summary>
    public Ledger? Ledger { get; init; }

    /// <summary>What is known of budgets; null where no ledger is kept, and none hold.</summary>
    public BudgetBook? Budgets { get; init; }

    /// <summary>What is known of the deployments. All configurations that are made with the same services share it.</summary>
    internal DeploymentStates Deployments { get; init; } = new(TimeProvider);
}
