using System.Text.RegularExpressions;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Draining;

namespace Switchboard.Tests.Deploy;

/// <summary>Whoever stops a gateway waits as long as it may take to end what runs.</summary>
public sealed partial class StopTimeTests
{
    // The farewell to streams that outlast the drain comes on top.
    private static readonly double s_least = (ShutdownTime.For(new ServerSettings()) + DrainService.Farewell).TotalSeconds;

    [Fact]
    public void Compose_waits()
    {
        var services = DeployFiles.Yaml("compose.yaml")["services"]!.AsObject().Where(service => service.Value!["build"] is not null).ToArray();

        Assert.Equal(3, services.Length);
        Assert.All(services, service => Assert.True(Seconds(service.Value!["stop_grace_period"]!.ToString()) > s_least));
    }

    [Fact]
    public void Systemd_waits() => Assert.True(Seconds(Stop().Match(DeployFiles.TextOf("systemd", "switchboard@.service")).Groups["seconds"].Value) > s_least);

    [Fact]
    public void Kubernetes_waits()
    {
        var pod = DeployFiles.Yaml("kubernetes", "deployment.yaml")["spec"]!["template"]!["spec"]!;
        var values = DeployFiles.Yaml("helm", "switchboard", "values.yaml");

        Assert.True((long)pod["terminationGracePeriodSeconds"]! > s_least + (long)pod["containers"]![0]!["lifecycle"]!["preStop"]!["sleep"]!["seconds"]!);
        Assert.True((long)values["terminationGracePeriodSeconds"]! > s_least + (long)values["preStopSeconds"]!);
    }

    [Fact]
    public void The_unit_gives_settings_that_are_taken()
    {
        var unit = DeployFiles.TextOf("systemd", "switchboard@.service").Replace("%i", "8000", StringComparison.Ordinal);
        var variables = Environment().Matches(unit).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        variables["SWITCHBOARD_MASTER_KEY"] = "a-key-of-thirty-two-characters-or-more";

        var configuration = DeployFiles.Load(variables, DeployFiles.TextOf("systemd", "switchboard.yaml")).Configuration!;

        Assert.Equal("http://127.0.0.1:8000", configuration.Server.Urls);
        Assert.Equal(["127.0.0.1"], configuration.Server.TrustedProxies);
        Assert.All(new[] { configuration.Storage.Records?.Reveal(), configuration.Storage.Spill, configuration.Storage.Files }, path => Assert.StartsWith("/var/lib/switchboard/", path, StringComparison.Ordinal));
    }

    private static double Seconds(string text) => double.Parse(text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?m)^TimeoutStopSec=(?<seconds>\d+)$")]
    private static partial Regex Stop();

    [GeneratedRegex(@"(?m)^Environment=(?<name>\w+)=(?<value>.*)$")]
    private static partial Regex Environment();
}
