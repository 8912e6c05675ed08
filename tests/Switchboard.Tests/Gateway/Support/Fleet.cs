using System.Text;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>Some scripted providers, a configuration over them and its pipeline.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly ProviderServices _services;

    /// <summary>Makes a fleet.</summary>
    /// <param name="names">The providers.</param>
    /// <param name="rows">The table; null for the row <c>m</c>, which each provider has as <c>m-NAME</c>.</param>
    /// <param name="change">What else is configured.</param>
    /// <param name="row">What the row <c>m</c> has beside its deployments.</param>
    /// <param name="deployment">What each of its deployments has.</param>
    /// <param name="loggers">Where logs go.</param>
    public Fleet(
        string names,
        Dictionary<string, ModelSettings>? rows = null,
        Func<GatewayConfiguration, GatewayConfiguration>? change = null,
        Func<ModelSettings, ModelSettings>? row = null,
        Func<DeploymentSettings, DeploymentSettings>? deployment = null,
        ILoggerFactory? loggers = null)
    {
        Providers = names.Split(' ').ToDictionary(name => name, name => new FleetProvider(name));
        var usual = new ModelSettings { Deployments = [.. Providers.Keys.Select(name => new DeploymentSettings(name, $"m-{name}")).Select(one => deployment?.Invoke(one) ?? one)] };
        var configuration = new GatewayConfiguration
        {
            Providers = Providers.Keys.ToDictionary(name => name, _ => new ProviderSettings { Type = "openai" }),
            Models = rows ?? new Dictionary<string, ModelSettings> { ["m"] = row?.Invoke(usual) ?? usual },
        };
        configuration = change?.Invoke(configuration) ?? configuration;
        Assert.Empty(ConfigurationRules.Check(configuration, ["openai"]));
        _services = Provider.Services(Time, loggers);
        Snapshot = Build(configuration);
        Pipeline = new GatewayPipeline(Snapshot, _services);
    }

    public ManualTimeProvider Time { get; } = new();

    public Dictionary<string, FleetProvider> Providers { get; }

    public GatewaySnapshot Snapshot { get; private set; }

    public GatewayPipeline Pipeline { get; private set; }

    public FleetProvider this[string name] => Providers[name];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Takes another configuration, as a change of the file does.</summary>
    /// <param name="change">What changes.</param>
    /// <param name="isHeld">Requests still run on the one before; it is left to the test to dispose of.</param>
    public async Task ReloadAsync(Func<GatewayConfiguration, GatewayConfiguration> change, bool isHeld = false)
    {
        var before = Snapshot;
        Snapshot = Build(change(before.Configuration), isHeld ? before : null);
        Pipeline = new GatewayPipeline(Snapshot, _services);
        if (!isHeld)
        {
            await before.DisposeAsync();
        }
    }

    /// <summary>Runs a call and says who answered it: the model's name at its provider, or the error's status.</summary>
    public async Task<string> AskAsync(string model = "m", GatewayCall? call = null)
    {
        call ??= Calls.Chat(model: model);
        var outcome = await Pipeline.RunAsync(call, Token);
        return outcome.Error is { } error ? FormattableString.Invariant($"{error.Status} {error.Body.Code}") : call.Target!.Model;
    }

    public ValueTask DisposeAsync() => Snapshot.DisposeAsync();

    private GatewaySnapshot Build(GatewayConfiguration configuration, GatewaySnapshot? before = null) =>
        GatewaySnapshot.Create(configuration, ProviderRegistry.Default.With("openai", (name, _, _) => Providers[name]), _services, before);
}

/// <summary>A provider that does what the test says, and remembers what it was asked for.</summary>
internal sealed class FleetProvider(string name) : IProvider
{
    private readonly Lock _gate = new();
    private readonly List<string> _asked = [];

    public string Name => name;

    public Func<GatewayCall, CancellationToken, ValueTask<GatewayOutcome>> Answer { get; set; } = AnswerAsync;

    public GatewayError? ListingError { get; set; }

    public ApiOperation? Lacks { get; set; }

    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    public static async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var output = call.Sink.Commit(new AnswerHead(200, "application/json"));
        await output.WriteAsync(Encoding.UTF8.GetBytes("{}"), cancellationToken);
        return GatewayOutcome.Answered;
    }

    /// <summary>From now on every call fails.</summary>
    public void Fail(int status = 500, string? code = null, TimeSpan? retryAfter = null, string message = "It failed.") =>
        Answer = (_, _) => new(GatewayOutcome.Failed(new GatewayError(status, new(message, "upstream_error", null, code), retryAfter)));

    /// <summary>From now on every call is answered.</summary>
    public void Recover() => Answer = AnswerAsync;

    public bool Offers(ApiOperation operation) => operation is ApiOperation.ChatCompletions or ApiOperation.Transcriptions && operation != Lacks;

    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) =>
        new(ListingError is { } error ? new ModelListing([], error) : new ModelListing([]));

    ValueTask<GatewayOutcome> IProvider.AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _asked.Add(model);
        }

        return Answer(call, cancellationToken);
    }
}
