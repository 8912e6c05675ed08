using System.Text.Json;
using System.Xml.Linq;
using Switchboard.Testing.Places;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>docs/conformance.md shows the table that is run, and the versions.</summary>
public sealed class ConformancePageTests
{
    private const string Begin = "<!-- the table -->\n", End = "<!-- the end of the table -->\n";

    private static readonly string s_file = RepositoryRoot.Combine("docs", "conformance.md");

    /// <summary>With <c>UPDATE_CONFORMANCE_PAGE=1</c> it writes the table instead.</summary>
    [Fact]
    public void The_page_shows_the_table()
    {
        var page = File.ReadAllText(s_file);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var table = ConformancePage.Render();
        if (Environment.GetEnvironmentVariable("UPDATE_CONFORMANCE_PAGE") == "1")
        {
            File.WriteAllText(s_file, page[..begin] + table + page[end..]);
            return;
        }

        Assert.Equal(table, page[begin..end]);
    }

    [Fact]
    public void The_page_names_the_versions_of_the_packages()
    {
        var page = File.ReadAllText(s_file);
        var npm = JsonElement.Parse(File.ReadAllBytes(Path.Combine(NodeScript.Folder, "package.json"))).GetProperty("dependencies")
            .EnumerateObject().Select(package => package.Value.GetString()!.Split('@')[^1]);
        var nuget = XDocument.Load(RepositoryRoot.Combine("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(package => package.Attribute("Include")!.Value == "OpenAI").Attribute("Version")!.Value;

        Assert.All([.. npm, nuget], version => Assert.Contains(version, page, StringComparison.Ordinal));
    }
}
