using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Configuration;

public sealed class GatewaySnapshotTests
{
    [Fact]
    public async Task A_snapshot_makes_each_provider_by_its_kind_and_closes_it()
    {
        var closed = new List<string>();
        var registry = ProviderRegistry.Default.With("local", (name, _, _) => new Closing(name, name, closed));
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["a"] = new() { Type = "local" }, ["b"] = new() { Type = "openai" } },
        };

        await using (var snapshot = GatewaySnapshot.Create(configuration, registry, Provider.Services()))
        {
            Assert.Equal(["a", "b"], snapshot.Providers.Keys.Order());
            Assert.Equal((true, false), (snapshot.IsLocal("a"), snapshot.IsLocal("b")));
        }

        Assert.Equal(["a"], closed);
    }

    [Fact]
    public async Task Snapshots_share_what_stays_and_the_last_one_closes_it()
    {
        var closed = new List<string>();
        var registry = ProviderRegistry.Default.With("local", (name, settings, _) => new Closing(name, $"{name} {settings.MaxQueue}", closed));
        var services = Provider.Services();
        var first = GatewaySnapshot.Create(Of(("kept", 1), ("changed", 1), ("removed", 1)), registry, services);
        var second = GatewaySnapshot.Create(Of(("kept", 1), ("changed", 2), ("added", 1)), registry, services, first);

        Assert.Same(first.Providers["kept"], second.Providers["kept"]);
        Assert.NotSame(first.Providers["changed"], second.Providers["changed"]);

        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.Equal(["changed 1", "removed 1"], closed.Order());

        await second.DisposeAsync();
        Assert.Equal(["added 1", "changed 1", "changed 2", "kept 1", "removed 1"], closed.Order());

        static GatewayConfiguration Of(params (string Name, int Queue)[] providers) => new()
        {
            Providers = providers.ToDictionary(provider => provider.Name, provider => new ProviderSettings { Type = "local", MaxQueue = provider.Queue }),
        };
    }

    [Fact]
    public void An_unknown_kind_is_refused() =>
        Assert.Throws<ArgumentException>(() => ProviderRegistry.Default.Create("x", new ProviderSettings { Type = "none" }, Provider.Services()));

    private sealed class Closing(string name, string mark, List<string> closed) : IProvider, IDisposable
    {
        public string Name => name;

        public bool Offers(ApiOperation operation) => false;

        public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => new(new ModelListing([]));

        public void Dispose() => closed.Add(mark);
    }
}
