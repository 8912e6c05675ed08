using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Gateway.Guardrails.Schemas;

namespace Switchboard.Tests.Deploy;

/// <summary>The Helm chart, as far as it can be seen without helm: its templates are kept so simple that this is most of it.</summary>
public sealed partial class ChartTests
{
    public static TheoryData<string> Templates =>
        [.. Directory.GetFiles(DeployFiles.PathOf("helm", "switchboard", "templates"), "*.yaml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private static string Helpers => Chart("templates", "_helpers.tpl");

    private static JsonNode Values => DeployFiles.Yaml("helm", "switchboard", "values.yaml");

    [Theory]
    [MemberData(nameof(Templates))]
    public void What_is_left_of_a_template_without_its_actions_is_a_manifest(string file)
    {
        var lines = Chart("templates", file).Split('\n').Where(line => !OnlyAction().IsMatch(line)).Select(line => Action().Replace(line, "x"));
        var manifest = DeployFiles.Parse(string.Join('\n', lines));

        Assert.Equal("x", manifest["metadata"]!["name"]!.GetValue<string>());
        var plain = DeployFiles.PathOf("kubernetes", file);
        if (File.Exists(plain))
        {
            var other = DeployFiles.Parse(File.ReadAllText(plain));
            Assert.Equal((other["apiVersion"]!.ToString(), other["kind"]!.ToString()), (manifest["apiVersion"]!.ToString(), manifest["kind"]!.ToString()));
        }
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_template_uses_values_and_helpers_that_there_are_and_ends_what_it_begins(string file)
    {
        Check(Chart("templates", file));
        Check(Helpers);
        Check(Chart("templates", "NOTES.txt"));

        static void Check(string text)
        {
            Assert.All(Value().Matches(text), match => Assert.True(Exists(match.Groups["path"].Value), $"There is no {match.Value} in values.yaml."));
            Assert.All(Include().Matches(text), match => Assert.Contains($"define \"{match.Groups["name"].Value}\"", Helpers, StringComparison.Ordinal));
            Assert.Equal(Begin().Count(text), End().Count(text));
            Assert.Equal(text.Split("{{").Length, text.Split("}}").Length);
        }
    }

    [Fact]
    public void The_schema_takes_the_values_as_they_are_and_refuses_others()
    {
        var schema = JsonSchema.TryParse(Chart("values.schema.json"), isStrict: true, out var fault);
        Assert.Null(fault);
        var wrong = Values;
        wrong["replicaCuont"] = 3;
        var odd = Values;
        odd["service"]!["port"] = 0;

        Assert.Null(schema!.Check(Values.ToJsonString()));
        Assert.NotNull(schema.Check(wrong.ToJsonString()));
        Assert.NotNull(schema.Check(odd.ToJsonString()));
    }

    [Fact]
    public void The_configuration_is_taken()
    {
        var variables = DeployFiles.ImageVariables();
        variables["SWITCHBOARD_MASTER_KEY"] = "a-key-of-thirty-two-characters-or-more";

        // JSON is YAML.
        DeployFiles.Load(variables, Values["configuration"]!.ToJsonString());
    }

    [Fact]
    public void The_chart_and_the_manifests_are_of_the_same_mind()
    {
        var chart = DeployFiles.Parse(Chart("Chart.yaml"));
        var image = DeployFiles.Yaml("kubernetes", "kustomization.yaml")["images"]![0]!;

        Assert.Equal(image["newTag"]!.ToString(), chart["appVersion"]!.ToString());
        Assert.Equal(DeployFiles.Yaml("kubernetes", "ingress.yaml")["metadata"]!["annotations"]!.ToJsonString(), Values["ingress"]!["annotations"]!.ToJsonString());
        Assert.Equal(
            DeployFiles.Yaml("kubernetes", "deployment.yaml")["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!.ToJsonString(),
            Values["resources"]!.ToJsonString());
    }

    [Fact]
    public void The_alerts_of_the_chart_are_those_of_Prometheus() =>
        Assert.Equal(DeployFiles.TextOf("prometheus", "rules", "switchboard.yml"), Chart("files", "rules.yml"));

    private static string Chart(params ReadOnlySpan<string> parts) => DeployFiles.TextOf(["helm", "switchboard", .. parts]);

    // The secret's keys are the caller's.
    private static bool Exists(string path)
    {
        JsonNode? node = Values;
        foreach (var name in path.Split('.'))
        {
            if (node is not JsonObject members || !members.TryGetPropertyValue(name, out node))
            {
                return path.StartsWith("secret.", StringComparison.Ordinal);
            }
        }

        return true;
    }

    [GeneratedRegex(@"^\s*\{\{-?.*\}\}\s*$")]
    private static partial Regex OnlyAction();

    [GeneratedRegex(@"\{\{.*?\}\}")]
    private static partial Regex Action();

    [GeneratedRegex(@"\.Values\.(?<path>[A-Za-z_.]+)")]
    private static partial Regex Value();

    [GeneratedRegex(@"include ""(?<name>[^""]+)""")]
    private static partial Regex Include();

    [GeneratedRegex(@"\{\{-? ?(if|with|range|define) ")]
    private static partial Regex Begin();

    [GeneratedRegex(@"\{\{-? ?end ?-?\}\}")]
    private static partial Regex End();
}
