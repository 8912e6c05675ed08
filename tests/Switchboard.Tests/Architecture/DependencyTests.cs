using System.Reflection;
using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Architecture;

/// <summary>Arrows that the compiler does not see: assembly references, and folders that may not know each other.</summary>
public sealed partial class DependencyTests
{
    [Theory]
    [InlineData("Switchboard.Protocol", "")]
    [InlineData("Switchboard.Engine", "")]
    [InlineData("Switchboard.Client.Azure", "Switchboard.Client Azure.Core")]
    [InlineData("Switchboard.Gateway", "Switchboard.Protocol Switchboard.Engine Microsoft.Extensions.Logging.Abstractions")]
    public void An_inner_assembly_references_only_the_framework_and_what_is_allowed(string assembly, string allowed)
    {
        var references = Assembly.Load(assembly).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !name.StartsWith("System", StringComparison.Ordinal) && name != "netstandard");

        Assert.Empty(references.Except(allowed.Split(' ')));
    }

    [Fact]
    public void No_provider_knows_another_but_OpenAICompatible_which_all_may_use()
    {
        var providers = Folders("src/Switchboard.Gateway/Providers");

        Assert.NotEmpty(providers);
        Assert.Empty(CrossReferences(providers, "Switchboard.Gateway.Providers", except: "OpenAICompatible"));
    }

    [Fact]
    public void No_room_of_the_engine_looks_up_into_a_higher_one()
    {
        // From the file up to the scheduler: each may use those before it.
        string[] order = ["Gguf", "Tokenization", "Templates", "Compute", "Models", "Sampling", "Scheduling"];
        var upward = from file in SourceFiles("src/Switchboard.Engine")
                     let room = Array.IndexOf(order, new DirectoryInfo(Path.GetDirectoryName(file)!).Name)
                     where room >= 0
                     from Match use in UsedNamespace().Matches(File.ReadAllText(file))
                     let used = Array.IndexOf(order, use.Groups["room"].Value)
                     where used > room
                     select $"{Path.GetFileName(file)} -> {use.Groups["room"].Value}";

        Assert.Empty(upward);
    }

    [Fact]
    public void No_hand_written_file_is_longer_than_500_lines()
    {
        var long_ = SourceFiles("src").Concat(SourceFiles("tests")).Concat(SourceFiles("benchmarks"))
            .Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal) && File.ReadLines(file).Count() > 500)
            .Select(Path.GetFileName);

        Assert.Empty(long_);
    }

    private static IEnumerable<string> CrossReferences(string[] folders, string @namespace, string except) =>
        from folder in folders
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        from other in folders
        let name = Path.GetFileName(other)
        where other != folder && name != except
        where File.ReadAllText(file).Contains($"{@namespace}.{name}", StringComparison.Ordinal)
        select $"{Path.GetFileName(file)} -> {name}";

    private static string[] Folders(string path) => Directory.GetDirectories(Path.Combine(RepositoryRoot.FullPath, path));

    private static IEnumerable<string> SourceFiles(string path) =>
        Directory.EnumerateFiles(Path.Combine(RepositoryRoot.FullPath, path), "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex(@"Switchboard\.Engine\.(?<room>\w+)")]
    private static partial Regex UsedNamespace();
}
