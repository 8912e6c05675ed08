using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Server.Configuration;
using Switchboard.Testing.Places;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Switchboard.Tests.Deploy;

/// <summary>What lies in <c>deploy/</c>, as tests read it.</summary>
internal static partial class DeployFiles
{
    public static string PathOf(params ReadOnlySpan<string> parts) => RepositoryRoot.Combine(["deploy", .. parts]);

    public static string TextOf(params ReadOnlySpan<string> parts) => File.ReadAllText(PathOf(parts));

    public static JsonNode Yaml(params ReadOnlySpan<string> parts) => Parse(TextOf(parts));

    /// <summary>One document of YAML as JSON, anchors and merges resolved.</summary>
    public static JsonNode Parse(string text)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        stream.Load(reader);
        return ToJson(Assert.Single(stream.Documents).RootNode)!;
    }

    /// <summary>The words of a list.</summary>
    public static string[] Words(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item!.GetValue<string>())];

    /// <summary>The names of a mapping.</summary>
    public static string[] Names(JsonNode? mapping) => [.. (mapping as JsonObject ?? []).Select(member => member.Key)];

    /// <summary>The variables that the image brings.</summary>
    public static Dictionary<string, string> ImageVariables()
    {
        var text = Continued().Replace(TextOf("Dockerfile"), " ");
        var line = Assert.Single(text.Split('\n'), line => line.StartsWith("ENV ", StringComparison.Ordinal));
        return line[4..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    /// <summary>
    /// Has the gateway itself read these variables and that file: it knows every setting, and would start.
    /// </summary>
    public static LoadedConfiguration Load(Dictionary<string, string> variables, string? configuration)
    {
        string[] known = ["PORT", "DATABASE_URL", "REDIS_URL", "SWITCHBOARD_MASTER_KEY", "DOTNET_EnableDiagnostics"];
        Assert.All(variables.Keys, name => Assert.True(
            name.StartsWith("SWITCHBOARD__", StringComparison.Ordinal) || name.EndsWith("_API_KEY", StringComparison.Ordinal) || known.Contains(name),
            $"The gateway knows no variable {name}."));
        var folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;
        try
        {
            if (configuration is not null)
            {
                File.WriteAllText(Path.Combine(folder, ConfigurationSources.DefaultFileName), configuration);
            }

            var loaded = ConfigurationLoader.Load(new ConfigurationSources { WorkingDirectory = folder, Environment = variables });
            Assert.Empty(loaded.Faults.Select(fault => fault.ToString()));
            return loaded;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => ToJson(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } => Scalar(plain),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"{node.NodeType} at {node.Start}"),
    };

    private static JsonObject ToJson(YamlMappingNode mapping)
    {
        var members = new JsonObject();
        foreach (var (key, value) in mapping)
        {
            if (((YamlScalarNode)key).Value is { } name and not "<<")
            {
                members.Add(name, ToJson(value));
            }
        }

        // What is merged stands behind what is written.
        foreach (var merged in mapping.Where(member => ((YamlScalarNode)member.Key).Value == "<<"))
        {
            foreach (var (name, value) in ToJson((YamlMappingNode)merged.Value))
            {
                members.TryAdd(name, value?.DeepClone());
            }
        }

        return members;
    }

    private static JsonValue? Scalar(string plain) => plain switch
    {
        "" or "~" or "null" => null,
        "true" or "false" => JsonValue.Create(plain == "true"),
        _ when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(plain),
    };

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();
}
