using System.Reflection;
using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.PublicApi;

public sealed partial class PublicApiTests
{
    // The generated types are kept watch over by the test that runs the generator.
    private static readonly Lazy<HashSet<string>> s_generated = new(() =>
        [.. from file in Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.g.cs", SearchOption.AllDirectories)
            let text = File.ReadAllText(file)
            let place = NamespaceOf().Match(text).Groups[1].Value
            from Match type in TypeOf().Matches(text)
            select $"{place}.{type.Groups[1].Value}"]);

    [Theory]
    [InlineData("Switchboard.Protocol")]
    [InlineData("Switchboard.Client")]
    [InlineData("Switchboard.Client.Azure")]
    [InlineData("Switchboard.Client.AspNetCore")]
    [InlineData("Switchboard.Engine")]
    [InlineData("Switchboard.Gateway")]
    [InlineData("Switchboard.Server")]
    public void The_public_surface_is_the_one_that_was_committed(string assembly)
    {
        var file = Path.Combine(RepositoryRoot.FullPath, "tests", "Switchboard.Tests", "PublicApi", assembly + ".txt");

        // The client's generated classes are listed too: hand-written members stand beside the generated ones.
        var actual = PublicApiListing.Of(Assembly.Load(assembly), type => assembly == "Switchboard.Protocol" && s_generated.Value.Contains(type.FullName!));

        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{file} is missing: run with UPDATE_PUBLIC_API=1 and commit it.");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceOf();

    [GeneratedRegex(@"^public [a-z ]*(?:record|struct|class) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeOf();
}
