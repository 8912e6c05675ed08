using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>Snapshots of fake providers; one named <c>local</c> is the local kind.</summary>
internal static class Snapshots
{
    public static GatewaySnapshot Of(IEnumerable<FakeProvider> fakes, TimeProvider? time = null, ILoggerFactory? loggers = null, params (string Name, string Provider, string Model)[] rows)
    {
        var byName = fakes.ToDictionary(fake => fake.Name);
        var registry = ProviderRegistry.Default
            .With("openai", (name, _, _) => byName[name])
            .With("local", (name, _, _) => byName[name]);
        return GatewaySnapshot.Create(
            new GatewayConfiguration
            {
                Providers = byName.Keys.ToDictionary(name => name, name => new ProviderSettings { Type = name == "local" ? "local" : "openai" }),
                Models = rows.ToDictionary(row => row.Name, row => new ModelSettings { Deployments = [new(row.Provider, row.Model)] }),
            },
            registry,
            Provider.Services(time, loggers));
    }
}
