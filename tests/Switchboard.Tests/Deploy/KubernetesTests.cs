using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Deploy;

/// <summary>The plain manifests, as far as they can be seen without a cluster.</summary>
public sealed partial class KubernetesTests
{
    private const string App = "switchboard";

    private static JsonNode Pod => Manifest("deployment.yaml")["spec"]!["template"]!["spec"]!;

    private static JsonNode Container => Pod["containers"]![0]!;

    [Fact]
    public void Each_manifest_is_listed_and_names_its_kind()
    {
        var listed = DeployFiles.Words(Manifest("kustomization.yaml")["resources"]);
        var files = Directory.GetFiles(DeployFiles.PathOf("kubernetes")).Select(Path.GetFileName).Where(file => file is not ("kustomization.yaml" or "ingress.yaml"));

        Assert.Equal(files.Order(), listed.Order());
        Assert.All(listed.Append("ingress.yaml"), file =>
        {
            var manifest = Manifest(file!);
            Assert.Equal(App, manifest["metadata"]!["name"]!.GetValue<string>());
            Assert.All([manifest["apiVersion"], manifest["kind"]], Assert.NotNull);
        });
    }

    [Fact]
    public void Everything_selects_the_pods()
    {
        var labels = Manifest("deployment.yaml")["spec"]!["template"]!["metadata"]!["labels"];

        Assert.All(
            [
                Manifest("deployment.yaml")["spec"]!["selector"]!["matchLabels"],
                Manifest("service.yaml")["spec"]!["selector"],
                Manifest("pdb.yaml")["spec"]!["selector"]!["matchLabels"],
                Manifest("networkpolicy.yaml")["spec"]!["podSelector"]!["matchLabels"],
            ],
            selector => Assert.True(JsonNode.DeepEquals(labels, selector)));
        Assert.Equal(App, Manifest("hpa.yaml")["spec"]!["scaleTargetRef"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public void Probes_ask_what_the_gateway_answers_at_the_port_that_the_image_opens()
    {
        Assert.Equal(8000, (long)Container["ports"]![0]!["containerPort"]!);
        Assert.Contains("EXPOSE 8000\n", DeployFiles.TextOf("Dockerfile"), StringComparison.Ordinal);
        Assert.Equal(("/live", "/live", "/ready"), (Probe("startupProbe"), Probe("livenessProbe"), Probe("readinessProbe")));

        // DrainTests and the end-to-end tests ask these over sockets.
        var routes = File.ReadAllText(RepositoryRoot.Combine("src", "Switchboard.Server", "SwitchboardEndpointRouteBuilderExtensions.cs"));
        Assert.All(["/ready", "/live"], path => Assert.Contains(path, routes, StringComparison.Ordinal));

        static string Probe(string name)
        {
            Assert.Equal("http", Container[name]!["httpGet"]!["port"]!.GetValue<string>());
            return Container[name]!["httpGet"]!["path"]!.GetValue<string>();
        }
    }

    [Fact]
    public void The_pod_has_no_rights_and_every_mount_a_volume()
    {
        Assert.True((bool)Pod["securityContext"]!["runAsNonRoot"]!);
        Assert.True((bool)Container["securityContext"]!["readOnlyRootFilesystem"]!);
        Assert.False((bool)Container["securityContext"]!["allowPrivilegeEscalation"]!);
        Assert.Equal(
            Pod["volumes"]!.AsArray().Select(volume => volume!["name"]!.GetValue<string>()).Order(),
            Container["volumeMounts"]!.AsArray().Select(mount => mount!["name"]!.GetValue<string>()).Order());
    }

    [Fact]
    public void The_configuration_is_taken()
    {
        var variables = DeployFiles.ImageVariables();
        variables["SWITCHBOARD_MASTER_KEY"] = "a-key-of-thirty-two-characters-or-more";
        variables["DATABASE_URL"] = "postgres://a:b@host/c";
        var text = Manifest("configmap.yaml")["data"]!["switchboard.yaml"]!.GetValue<string>();

        DeployFiles.Load(variables, text);

        // And so is what is only a suggestion there.
        DeployFiles.Load(variables, Commented().Replace(text, ""));
    }

    private static JsonNode Manifest(string file) => DeployFiles.Yaml("kubernetes", file);

    [GeneratedRegex(@"(?m)^# ")]
    private static partial Regex Commented();
}
