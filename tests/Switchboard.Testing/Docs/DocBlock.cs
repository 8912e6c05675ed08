using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.Testing.Docs;

/// <summary>A piece of code in the documentation, between fences that name its language.</summary>
/// <param name="Page">The page, as a path from the root of the repository.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Language">The language of the fence.</param>
/// <param name="Code">What is between the fences.</param>
/// <param name="NotRun">Why it is not run, as the comment above it says; null where it is.</param>
public sealed partial record DocBlock(string Page, int Line, string Language, string Code, string? NotRun)
{
    /// <summary>Every block of every page that is for users of the product.</summary>
    public static IReadOnlyList<DocBlock> All { get; } = [.. Pages().SelectMany(Read)];

    /// <summary>The blocks that are run, of some languages.</summary>
    public static IEnumerable<DocBlock> Run(params string[] languages) => All.Where(block => block.NotRun is null && languages.Contains(block.Language));

    /// <summary>Where it is.</summary>
    public override string ToString() => $"{Page}:{Line}";

    private static IEnumerable<string> Pages() =>
        new[] { "README.md", "CONTRIBUTING.md", Path.Combine("samples", "README.md"), Path.Combine("samples", "clients", "README.md"), Path.Combine("tools", "release", "README.md") }
            .Concat(Directory.EnumerateFiles(RepositoryRoot.Combine("docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(RepositoryRoot.Combine(), file)))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<DocBlock> Read(string page)
    {
        var text = File.ReadAllText(RepositoryRoot.Combine(page));
        return Fence().Matches(text).Select(match => new DocBlock(
            page.Replace('\\', '/'),
            text.AsSpan(0, match.Groups["language"].Index).Count('\n') + 1,
            match.Groups["language"].Value,
            match.Groups["code"].Value,
            match.Groups["why"] is { Success: true } why ? why.Value : null));
    }

    [GeneratedRegex("^(<!-- not run: (?<why>[^\\n]+) -->\\n)?```(?<language>[a-z]+)[^\\n]*\\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();
}
