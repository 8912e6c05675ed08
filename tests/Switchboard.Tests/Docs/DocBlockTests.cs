using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.Testing.Docs;
using Switchboard.Testing.Places;
using Switchboard.Tests.Server.Configuration;

namespace Switchboard.Tests.Docs;

/// <summary>What can be checked of the documentation's code without running it. Commands and programs are run by the end-to-end tests; C# is <see cref="SnippetTests"/>'s.</summary>
public sealed partial class DocBlockTests
{
    // bash, console, js, python, go, java: run. csharp: compiled. yaml, json: read.
    private static readonly string[] s_known = ["bash", "console", "js", "python", "go", "java", "csharp", "yaml", "json"];

    // What pages show of the files of other programs begins with one of these.
    private static readonly string[] s_foreign = ["scrape_configs:", "model_list:"];

    public static TheoryData<string> Yaml => [.. DocBlock.Run("yaml").Where(block => !s_foreign.Any(start => block.Code.StartsWith(start, StringComparison.Ordinal))).Select(block => block.ToString())];

    public static TheoryData<string> Json => [.. DocBlock.Run("json").Select(block => block.ToString())];

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(RepositoryRoot.Combine("docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(RepositoryRoot.Combine(), file)).Append("README.md")];

    [Fact]
    public void Every_block_has_a_language_that_a_test_knows_what_to_do_with() =>
        Assert.All(DocBlock.All, block => Assert.True(s_known.Contains(block.Language), $"{block}: nothing runs '{block.Language}'."));

    [Fact]
    public void What_is_not_run_is_listed_with_its_reason() =>
        Assert.Equal(
            NotRun.All.OrderBy(row => row.Page, StringComparer.Ordinal).ThenBy(row => row.Reason, StringComparer.Ordinal),
            DocBlock.All.Where(block => block.NotRun is not null).GroupBy(block => (block.Page, block.NotRun!)).Select(group => (group.Key.Page, group.Key.Item2, group.Count())).OrderBy(row => row.Page, StringComparer.Ordinal).ThenBy(row => row.Item2, StringComparer.Ordinal));

    // What a page leaves out is put in by variables: keys, and the providers that it names.
    [Theory]
    [MemberData(nameof(Yaml))]
    public void Configuration_on_a_page_is_read_by_the_gateway(string place)
    {
        using var folder = new ConfigurationFolder(Block(place).Code);
        File.WriteAllText(Path.Combine(folder.FullPath, "service-account.json"), "{}");
        var variables = Reference().Matches(Block(place).Code).Select(match => match.Groups[1].Value).Distinct().ToDictionary(name => name, _ => "a-value-that-is-long-enough-0123456789");
        var missing = folder.Load(variables.Select(Pair)).Faults.SelectMany(fault => MissingProvider().Matches(fault.Message)).Select(match => match.Groups[1].Value).Distinct();
        foreach (var provider in missing)
        {
            variables[$"SWITCHBOARD__PROVIDERS__{provider}__TYPE"] = "openai";
        }

        var loaded = folder.Load(variables.Select(Pair));

        Assert.Empty(loaded.Faults.Select(fault => fault.ToString()));
    }

    [Theory]
    [MemberData(nameof(Json))]
    public void Json_on_a_page_is_json(string place)
    {
        using var document = JsonDocument.Parse(Block(place).Code);

        Assert.NotEqual(JsonValueKind.Undefined, document.RootElement.ValueKind);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_of_a_page_lead_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(RepositoryRoot.Combine(page))!;
        var text = InlineCode().Replace(File.ReadAllText(RepositoryRoot.Combine(page)), "");

        foreach (var target in Link().Matches(text).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
        {
            var parts = target.Split('#');
            var file = parts[0].Length == 0 ? RepositoryRoot.Combine(page) : Path.GetFullPath(parts[0], folder);
            Assert.True(Path.Exists(file), $"{page}: {target} is not there.");
            if (parts.Length > 1 && file.EndsWith(".md", StringComparison.Ordinal))
            {
                Assert.True(Headings(file).Contains(parts[1]), $"{page}: {target} has no such heading.");
            }
        }
    }

    private static HashSet<string> Headings(string file) =>
        [.. File.ReadLines(file).Where(line => line.StartsWith('#')).Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    private static (string Name, string Value) Pair(KeyValuePair<string, string> variable) => (variable.Key, variable.Value);

    private static DocBlock Block(string place) => DocBlock.All.Single(block => block.ToString() == place);

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Reference();

    [GeneratedRegex("(?:There is no provider|^)\\s?'([a-z0-9_-]+)(?:'; there are|/[^']*' is neither)")]
    private static partial Regex MissingProvider();

    [GeneratedRegex(@"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
