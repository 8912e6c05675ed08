using System.Text.RegularExpressions;
using Switchboard.Client;
using Switchboard.Testing.Docs;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Docs;

/// <summary>Every piece of C# in the documentation is compiled: it stands, word for word, in a snippet file beside this one or in a sample.</summary>
public sealed partial class SnippetTests
{
    private static readonly Lazy<string> s_compiled = new(() => Normal(string.Join('\n', Sources().Select(File.ReadAllText))));

    public static TheoryData<string> Pages => [.. DocBlock.Run("csharp").Select(block => block.Page).Distinct()];

    public static TheoryData<string> ClientPages => [.. Directory.EnumerateFiles(RepositoryRoot.Combine("docs"), "client*.md").Select(file => $"docs/{Path.GetFileName(file)}").Append("README.md").Append("docs/quickstart/csharp.md")];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Code_of_the_page_is_compiled_code(string page)
    {
        Assert.All(BlocksOf(page), block => Assert.True(IsCompiled(block), $"This is nowhere compiled, and may not work:\n{block}"));
    }

    [Theory]
    [MemberData(nameof(ClientPages))]
    public void Calls_that_the_page_names_exist(string page)
    {
        var calls = CallName().Matches(File.ReadAllText(RepositoryRoot.Combine(page))).Select(match => match.Groups[1].Value).Distinct();

        Assert.All(calls, call => Assert.True(Exists(typeof(SwitchboardClient), call.Split('.')), $"There is no client.{call}."));
    }

    [Fact]
    public void The_first_page_has_code() => Assert.InRange(BlocksOf("docs/client.md").Count, 25, int.MaxValue);

    [Fact]
    public void Code_that_is_not_compiled_is_found() => Assert.DoesNotContain(Normal("client.Chat.Completions.CreateAsink(request);"), s_compiled.Value, StringComparison.Ordinal);

    // Usings stand at the head of a file, apart from the code.
    private static bool IsCompiled(string block) =>
        s_compiled.Value.Contains(Normal(Using().Replace(block, "")), StringComparison.Ordinal)
        && Using().Matches(block).All(match => s_compiled.Value.Contains(Normal(match.Value), StringComparison.Ordinal));

    private static bool Exists(Type type, ReadOnlySpan<string> path) =>
        path is [var name, .. var rest] && type.GetProperty(name) is { } property
            ? rest.IsEmpty || Exists(property.PropertyType, rest)
            : path is [var method] && type.GetMethods().Any(found => found.Name == method);

    private static List<string> BlocksOf(string page) => [.. DocBlock.Run("csharp").Where(block => block.Page == page).Select(block => block.Code)];

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(RepositoryRoot.Combine("tests", "Switchboard.Tests", "Docs"), "*Snippets.cs")
        .Concat(Directory.EnumerateFiles(RepositoryRoot.Combine("samples", "Switchboard.Samples"), "*.cs"));

    private static string Normal(string code) => Space().Replace(code, "");

    // The official SDK's own calls, which one of the pages names too, begin with a client of another name.
    [GeneratedRegex("\\bclient\\.((?:[A-Z]\\w*\\.)*[A-Z]\\w*)")]
    private static partial Regex CallName();

    [GeneratedRegex("^using [A-Z][A-Za-z.]*;", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex("\\s+")]
    private static partial Regex Space();
}
