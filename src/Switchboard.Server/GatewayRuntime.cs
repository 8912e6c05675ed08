using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Caching;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Configuration;
using Switchboard.Server.Draining;
using Switchboard.Server.Endpoints;
using Switchboard.Server.Logging;
using Switchboard.Server.Storage;

namespace Switchboard.Server;

/// <summary>
/// The gateway as the endpoints use it: the current generation of the configuration, and those before it that requests
/// still run on. A change is a swap; no request waits for it, and none notices.
/// </summary>
internal sealed partial class GatewayRuntime : IAsyncDisposable
{
    private readonly ProviderRegistry _registry;
    private readonly KeptSecrets _secrets;
    private readonly ProviderServices _services;
    private readonly CancellationToken _stopping;
    private readonly LogState _log;
    private readonly ILogger _logger;
    private readonly Lock _swap = new();
    private readonly HashSet<GatewayGeneration> _open = [];
    private GatewayGeneration _current;

    public GatewayRuntime(InitialConfiguration initial, ProviderRegistry registry, ISharedState shared, Ledger? ledger, BudgetBook budgets, IResponseStore responses, IConversationRecords conversations, KeptSecrets secrets, DrainState drain, LogState log, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        _registry = registry;
        _secrets = secrets;
        _services = new ProviderServices(timeProvider, loggerFactory) { Responses = responses, Conversations = conversations, Shared = shared, Answers = new AnswerStore(timeProvider, shared), Ledger = ledger, Budgets = budgets };
        _stopping = drain.Deadline;
        _log = log;
        _logger = loggerFactory.CreateLogger<GatewayRuntime>();
        _current = Build(initial.Configuration, null);
        Apply(_current.Snapshot);
        _open.Add(_current);
    }

    /// <summary>The configuration in force.</summary>
    public GatewayConfiguration Configuration => Volatile.Read(ref _current).Configuration;

    /// <summary>Whose word counts for where a request comes from.</summary>
    public TrustedProxies Proxies => Volatile.Read(ref _current).Proxies;

    /// <summary>The answers that are kept to be given again.</summary>
    public AnswerStore Answers => _services.Answers;

    /// <summary>How many generations are open: the current one, and those before it that requests still run on.</summary>
    public int OpenGenerations
    {
        get
        {
            lock (_swap)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Holds the current generation for a request.</summary>
    public GatewayLease Enter()
    {
        while (true)
        {
            var current = Volatile.Read(ref _current);

            // It can only fail in the moment of a swap: the next look sees the new one.
            if (current.TryHold())
            {
                return new GatewayLease(this, current);
            }
        }
    }

    /// <summary>Puts a configuration that its rules found without fault in force. Running requests end on the one before.</summary>
    public void Take(GatewayConfiguration configuration) => Swap(_ => configuration);

    /// <summary>Makes those providers anew whose secrets have changed, and says which still have none.</summary>
    public void TakeSecrets()
    {
        try
        {
            Swap(inForce => inForce.FindKeptSecrets().Any() ? inForce : null);
        }
        catch (Exception exception)
        {
            // Of a provider's own: what reads the records must not end with it.
            Log.NotRenewed(_logger, exception);
        }
    }

    /// <summary>Lets go of a generation; the last one out has it closed.</summary>
    public void Release(GatewayGeneration generation)
    {
        // Never on the thread of a request: closing may take long.
        if (generation.Release())
        {
            _ = Task.Run(() => CloseAsync(generation));
        }
    }

    /// <summary>Closes the providers.</summary>
    public async ValueTask DisposeAsync()
    {
        GatewayGeneration[] open;
        lock (_swap)
        {
            open = [.. _open];
            _open.Clear();
        }

        foreach (var generation in open)
        {
            await generation.DisposeAsync();
        }
    }

    private void Swap(Func<GatewayConfiguration, GatewayConfiguration?> choose)
    {
        GatewayGeneration before;
        lock (_swap)
        {
            before = _current;
            if (choose(before.Configuration) is not { } configuration)
            {
                return;
            }

            var next = Build(configuration, before.Snapshot);
            Apply(next.Snapshot);
            _open.Add(next);
            Volatile.Write(ref _current, next);
            Tell(before.Snapshot, next.Snapshot);
        }

        Release(before);
    }

    // Of the first snapshot nothing is told: the records are read right after it.
    private void Tell(GatewaySnapshot before, GatewaySnapshot next)
    {
        foreach (var missing in next.MissingSecrets.Where(missing => missing.Fault == SecretFault.NotRead || !before.MissingSecrets.Contains(missing)))
        {
            Log.SecretMissing(_logger, missing.Setting, missing.Name, missing.Reason, missing.Remedy);
        }

        // Those of them that are still asked for.
        var there = next.Configuration.FindKeptSecrets().ExceptBy(next.MissingSecrets.Select(missing => missing.Setting), one => one.Key).ToDictionary(StringComparer.Ordinal);
        foreach (var found in before.MissingSecrets.Where(missing => missing.Fault != SecretFault.NotRead && there.GetValueOrDefault(missing.Setting) == missing.Name))
        {
            Log.SecretFound(_logger, found.Setting, found.Name);
        }
    }

    // Everything that lives as long as a configuration does is made here. What cannot be made leaves nothing behind.
    private GatewayGeneration Build(GatewayConfiguration configuration, GatewaySnapshot? before)
    {
        var snapshot = GatewaySnapshot.Create(configuration, _registry, _services, before, _secrets);
        try
        {
            return new GatewayGeneration(snapshot, new GatewayPipeline(snapshot, _services, _stopping));
        }
        catch
        {
            _ = Task.Run(() => CloseAsync(snapshot));
            throw;
        }
    }

    // What outlives every configuration and goes by the one in force.
    private void Apply(GatewaySnapshot snapshot)
    {
        _services.Responses.Settings = snapshot.Configuration.Responses;
        SharedStates.Apply(_services.Shared, snapshot.Configuration);
        _log.Take(snapshot);
    }

    private Task CloseAsync(GatewayGeneration generation)
    {
        lock (_swap)
        {
            _open.Remove(generation);
        }

        return CloseAsync((IAsyncDisposable)generation);
    }

    private async Task CloseAsync(IAsyncDisposable closing)
    {
        try
        {
            await closing.DisposeAsync();
        }
        catch (Exception exception)
        {
            // The boundary of work that nobody's request carries.
            Log.NotClosed(_logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1020, LogLevel.Error, "The providers of a former configuration could not be closed.")]
        public static partial void NotClosed(ILogger logger, Exception exception);

        [LoggerMessage(1021, LogLevel.Error, "{Setting} has no key: the secret {Secret} {Reason}. Calls to the provider fail until it has one. {Remedy}")]
        public static partial void SecretMissing(ILogger logger, string setting, string secret, string reason, string remedy);

        [LoggerMessage(1022, LogLevel.Warning, "{Setting} has its key now: the secret {Secret} is there.")]
        public static partial void SecretFound(ILogger logger, string setting, string secret);

        [LoggerMessage(1023, LogLevel.Error, "Changed secrets could not be put in force and the old ones stay.")]
        public static partial void NotRenewed(ILogger logger, Exception exception);
    }
}
