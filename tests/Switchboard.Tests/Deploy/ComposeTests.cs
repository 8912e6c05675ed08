using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Deploy;

/// <summary><c>deploy/compose.yaml</c>, as far as it can be seen without a container engine.</summary>
public sealed partial class ComposeTests
{
    private static readonly JsonNode s_compose = DeployFiles.Yaml("compose.yaml");

    // The members of the compose specification that are used here: a slip of the pen is not among them.
    private static readonly string[] s_members =
    [
        "image", "build", "read_only", "tmpfs", "cap_drop", "cap_add", "security_opt", "restart", "stop_grace_period", "env_file", "profiles",
        "environment", "volumes", "depends_on", "ports", "networks", "command", "healthcheck",
    ];

    private static Dictionary<string, JsonNode> Services => s_compose["services"]!.AsObject().ToDictionary(service => service.Key, service => service.Value!);

    [Fact]
    public void Without_a_profile_the_gateway_starts_alone_and_all_else_is_the_cluster_or_watches()
    {
        Assert.Equal(["gateway"], Of(null));
        Assert.Equal(["gateway-1", "gateway-2", "nginx", "postgres", "redis"], Of("cluster"));
        Assert.Equal(["grafana", "otel-collector", "prometheus"], Of("observe"));

        static IEnumerable<string> Of(string? profile) =>
            Services.Where(service => DeployFiles.Words(service.Value["profiles"]).SingleOrDefault() == profile).Select(service => service.Key).Order();
    }

    [Fact]
    public void Members_are_those_of_the_specification_and_names_are_those_of_what_is_there()
    {
        Assert.All(DeployFiles.Names(s_compose).Where(name => !name.StartsWith("x-", StringComparison.Ordinal)), name => Assert.Contains(name, new[] { "name", "services", "networks", "volumes" }));
        foreach (var (name, service) in Services)
        {
            Assert.Empty(DeployFiles.Names(service).Except(s_members));
            Assert.NotNull(service["image"]);
            Assert.All(DeployFiles.Words(service["volumes"]), CheckVolume);
            var networks = service["networks"] is JsonArray list ? DeployFiles.Words(list) : DeployFiles.Names(service["networks"]);
            Assert.Empty(networks.Except(DeployFiles.Names(s_compose["networks"])));
            foreach (var (other, condition) in service["depends_on"]?.AsObject() ?? [])
            {
                Assert.Contains(other, Services.Keys);
                Assert.Equal("service_healthy", condition!["condition"]!.GetValue<string>());
                Assert.True(Services[other]["healthcheck"] is not null || Services[other]["build"] is not null, $"{name} waits for the health of {other}, which has no check.");
            }
        }
    }

    [Fact]
    public void The_image_is_built_from_files_that_are_there_and_runs_with_no_rights()
    {
        foreach (var service in Services.Values.Where(service => service["build"] is not null))
        {
            var context = Path.GetFullPath(service["build"]!["context"]!.GetValue<string>(), DeployFiles.PathOf());
            Assert.True(File.Exists(Path.Combine(context, service["build"]!["dockerfile"]!.GetValue<string>())));
            Assert.True(service["read_only"]!.GetValue<bool>());
            Assert.Equal(["ALL"], DeployFiles.Words(service["cap_drop"]));
            Assert.Contains("no-new-privileges:true", DeployFiles.Words(service["security_opt"]));
        }
    }

    [Theory]
    [InlineData("gateway", false)]
    [InlineData("gateway-1", true)]
    [InlineData("gateway-2", true)]
    public void A_gateway_takes_what_it_is_given(string name, bool inCluster)
    {
        var service = Services[name];
        var variables = DeployFiles.ImageVariables();
        foreach (var (variable, value) in service["environment"]!.AsObject())
        {
            variables[variable] = Default().Replace(value!.ToString(), match => match.Groups["name"].Value == "POSTGRES_PASSWORD" ? "hidden" : match.Groups["default"].Value);
        }

        // What .env.example names, filled in; the password is compose's own.
        foreach (var variable in File.ReadLines(DeployFiles.PathOf(".env.example")).Select(line => Variable().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value))
        {
            variables[variable] = "a-key-of-thirty-two-characters-or-more";
        }

        Assert.True(variables.Remove("POSTGRES_PASSWORD"));
        var mounted = DeployFiles.Words(service["volumes"]).Where(volume => volume.Contains("/etc/switchboard/switchboard.yaml", StringComparison.Ordinal));
        var configuration = DeployFiles.Load(variables, mounted.SingleOrDefault() is { } file ? DeployFiles.TextOf(file.Split(':')[0]) : null).Configuration!;

        Assert.Equal(["anthropic", "gemini", "openai"], configuration.Providers.Keys.Where(provider => provider != "local").Order());
        Assert.Equal(inCluster ? "postgres://switchboard:hidden@postgres/switchboard" : "/var/lib/switchboard/switchboard.db", configuration.Storage.Records?.Reveal());
        Assert.Equal(inCluster ? "redis://redis:6379" : null, configuration.Storage.Shared?.Reveal());
        Assert.Equal(inCluster ? [Address("nginx")] : [], configuration.Server.TrustedProxies);
        Assert.Equal(inCluster ? null : "open", configuration.Server.Access);

        // Prometheus has no key; nginx passes the page on to nobody.
        Assert.Equal(inCluster ? MetricsAccess.Open : MetricsAccess.Admin, configuration.Server.Metrics);
        Assert.Contains("location = /metrics { return 404; }", DeployFiles.TextOf("nginx", "switchboard.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_open_gateway_is_published_on_loopback_alone() =>
        Assert.All(Services.Values.SelectMany(service => DeployFiles.Words(service["ports"])), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Fact]
    public void Nginx_asks_the_gateways_where_they_are()
    {
        var servers = Server().Matches(DeployFiles.TextOf("compose", "upstream.conf")).Select(match => match.Groups["address"].Value);

        Assert.Equal([Address("gateway-1"), Address("gateway-2")], servers);
    }

    [Fact]
    public void What_watches_finds_the_gateways_and_each_other()
    {
        var scrapes = DeployFiles.Yaml("compose", "prometheus.yml")["scrape_configs"]!.AsArray();
        var asked = scrapes[0]!["dns_sd_configs"]![0]!;
        Assert.Equal(Services.Where(service => service.Value["build"] is not null).Select(service => service.Key).Order(), DeployFiles.Words(asked["names"]).Order());
        Assert.Equal(8000, asked["port"]!.GetValue<long>());
        Assert.Equal(["otel-collector:8888"], DeployFiles.Words(scrapes[1]!["static_configs"]![0]!["targets"]));
        Assert.Equal("http://prometheus:9090", DeployFiles.Yaml("grafana", "provisioning", "datasources", "prometheus.yml")["datasources"]![0]!["url"]!.GetValue<string>());
        foreach (var name in DeployFiles.Words(asked["names"]).Concat(["otel-collector", "prometheus", "grafana"]))
        {
            var networks = Services[name]["networks"];
            Assert.Contains("observe", networks is JsonArray list ? DeployFiles.Words(list) : DeployFiles.Names(networks));
        }

        // What is mounted lies where its reader looks for it.
        var grafana = DeployFiles.Words(Services["grafana"]["volumes"]);
        var folder = DeployFiles.Yaml("grafana", "provisioning", "dashboards", "switchboard.yml")["providers"]![0]!["options"]!["path"]!.GetValue<string>();
        Assert.Contains($"./grafana/dashboards:{folder}:ro", grafana);
        Assert.StartsWith(folder, Services["grafana"]["environment"]!["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]!.GetValue<string>(), StringComparison.Ordinal);
        var collector = DeployFiles.Yaml("compose", "otel-collector.yml");
        foreach (var (_, pipeline) in collector["service"]!["pipelines"]!.AsObject())
        {
            foreach (var part in new[] { "receivers", "processors", "exporters" })
            {
                Assert.Empty(DeployFiles.Words(pipeline![part]).Except(DeployFiles.Names(collector[part])));
            }
        }
    }

    [Fact]
    public void Images_are_named_with_a_version_and_without_a_registry() => Assert.All(
        Services.Values.Where(service => service["build"] is null).Select(service => service["image"]!.GetValue<string>()),
        image =>
        {
            Assert.Contains(':', image);
            Assert.DoesNotContain('.', image.Split(':')[0]);
        });

    private static string Address(string service) => Services[service]["networks"]!["cluster"]!["ipv4_address"]!.GetValue<string>();

    private static void CheckVolume(string volume)
    {
        var source = volume.Split(':')[0];
        if (source.StartsWith('.'))
        {
            Assert.True(Path.Exists(DeployFiles.PathOf(source)), $"{source} is not there.");
        }
        else
        {
            Assert.Contains(source, DeployFiles.Names(s_compose["volumes"]));
        }
    }

    [GeneratedRegex(@"\$\{(?<name>\w+):-(?<default>[^}]*)\}")]
    private static partial Regex Default();

    [GeneratedRegex(@"^(# )?(?<name>[A-Z_]+)=$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"server (?<address>[\d.]+):8000 ")]
    private static partial Regex Server();
}
