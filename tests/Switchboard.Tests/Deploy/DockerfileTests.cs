using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Deploy;

/// <summary><c>deploy/Dockerfile</c>, as far as it can be seen without a container engine.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string s_text = DeployFiles.TextOf("Dockerfile");

    [Fact]
    public void What_is_copied_is_there_and_is_sent_to_the_builder()
    {
        var sent = File.ReadAllLines(DeployFiles.PathOf("Dockerfile.dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        var copied = Copy().Matches(s_text).SelectMany(match => match.Groups["sources"].Value.Split(' ')).ToArray();

        Assert.NotEmpty(copied);
        Assert.All(copied, source => Assert.True(Path.Exists(RepositoryRoot.Combine(source)), $"{source} is not there."));
        Assert.Equal(sent.Order(StringComparer.Ordinal), copied.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_publishes_as_up_does()
    {
        Assert.True(File.Exists(RepositoryRoot.Combine("src", "Switchboard", "Properties", "PublishProfiles", "SingleFile.pubxml")));
        Assert.All(
            [s_text, File.ReadAllText(RepositoryRoot.Combine("up"))],
            text => Assert.Matches(@"dotnet publish src/Switchboard .*-p:PublishProfile=SingleFile -p:RunAnalyzers=false", text));
    }

    [Fact]
    public void Its_settings_are_taken_and_without_a_key_it_refuses_to_run_open()
    {
        var variables = DeployFiles.ImageVariables();
        var faults = Switchboard.Server.Configuration.ConfigurationLoader.Load(new() { WorkingDirectory = "/", Environment = variables }).Faults;
        Assert.Contains("server.urls: 'http://*:8000' can be reached from other machines", Assert.Single(faults).ToString(), StringComparison.Ordinal);

        variables["SWITCHBOARD_MASTER_KEY"] = "a-key-of-thirty-two-characters-or-more";
        var storage = DeployFiles.Load(variables, null).Configuration!.Storage;

        // All that is written is written to the volume.
        Assert.All(new[] { storage.Records?.Reveal(), storage.Spill, storage.Files }, path => Assert.StartsWith("/var/lib/switchboard/", path, StringComparison.Ordinal));
        Assert.Contains("VOLUME /var/lib/switchboard\n", s_text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_runs_as_a_user_without_rights_and_asks_its_own_health()
    {
        Assert.Matches(@"(?m)^USER [1-9]\d*:[1-9]\d*$", s_text);
        Assert.Matches(@"(?m)^HEALTHCHECK .*CMD \[""/opt/switchboard/switchboard"", ""health""\]$", s_text);
    }

    [GeneratedRegex(@"(?m)^COPY (?!--)(?<sources>.+) \S+$")]
    private static partial Regex Copy();
}
