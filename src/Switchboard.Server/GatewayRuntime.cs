using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Configuration;
using Switchboard.Server.Draining;
using Switchboard.Server.Storage;

namespace Switchboard.Server;

/// <summary>
/// The gateway as the endpoints use it: the current generation of the configuration, and those before it that requests
/// still run on. A change is a swap; no request waits for it, and none notices.
/// </summary>
internal sealed partial class GatewayRuntime : IAsyncDisposable
{
    private readonly ProviderRegistry _registry;
    private readonly ProviderServices _services;
    private readonly MemoryResponseStore _responses;
    private readonly CancellationToken _stopping;
    private readonly ILogger _logger;
    private readonly Lock _swap = new();
    private readonly HashSet<GatewayGeneration> _open = [];
    private GatewayGeneration _current;

    public GatewayRuntime(InitialConfiguration initial, ProviderRegistry registry, ISharedState shared, DrainState drain, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        _registry = registry;
        _responses = new MemoryResponseStore(initial.Configuration.Responses, timeProvider);
        _services = new ProviderServices(timeProvider, loggerFactory) { Responses = _responses, Shared = shared };
        _stopping = drain.Deadline;
        _logger = loggerFactory.CreateLogger<GatewayRuntime>();
        _current = Build(initial.Configuration, null);
        _open.Add(_current);
    }

    /// <summary>The configuration in force.</summary>
    public GatewayConfiguration Configuration => Volatile.Read(ref _current).Configuration;

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
    public void Take(GatewayConfiguration configuration)
    {
        GatewayGeneration before;
        lock (_swap)
        {
            before = _current;
            var next = Build(configuration, before.Snapshot);
            _open.Add(next);
            Volatile.Write(ref _current, next);
        }

        Release(before);
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

    // Everything that lives as long as a configuration does is made here.
    private GatewayGeneration Build(GatewayConfiguration configuration, GatewaySnapshot? before)
    {
        _responses.Settings = configuration.Responses;
        SharedStates.Apply(_services.Shared, configuration);
        var snapshot = GatewaySnapshot.Create(configuration, _registry, _services, before);
        return new GatewayGeneration(snapshot, new GatewayPipeline(snapshot, _services, _stopping));
    }

    private async Task CloseAsync(GatewayGeneration generation)
    {
        lock (_swap)
        {
            _open.Remove(generation);
        }

        try
        {
            await generation.DisposeAsync();
        }
        catch (Exception exception)
        {
            // The boundary of work that nobody's request carries.
            Log.NotClosed(_logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1130, LogLevel.Error, "The providers of a former configuration could not be closed.")]
        public static partial void NotClosed(ILogger logger, Exception exception);
    }
}
