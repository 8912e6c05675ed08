using System.Reflection;
using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Docs;

/// <summary>Every row of docs/wire-behaviour.md that tells a behaviour names the test that proves it.</summary>
public sealed partial class WireBehaviourTests
{
    private const string LeftOut = "left out";

    private static readonly string s_page = File.ReadAllText(RepositoryRoot.Combine("docs", "wire-behaviour.md"));

    [Fact]
    public void Each_test_that_is_named_exists()
    {
        var tests = typeof(WireBehaviourTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);

        var named = TestName().Matches(s_page).Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.True(named.Length > 50, $"Only {named.Length} tests are named.");
        Assert.DoesNotContain(named, name => !tests.Contains(name));
    }

    [Fact]
    public void Each_row_names_its_test_or_says_why_it_is_left_out()
    {
        var rows = Rows().ToArray();

        Assert.True(rows.Length > 60, $"There are only {rows.Length} rows.");
        Assert.DoesNotContain(rows, row => !TestName().IsMatch(row) && !row.Contains($"{LeftOut}:", StringComparison.Ordinal));
    }

    // The rows of the tables whose last column is the test's.
    private static IEnumerable<string> Rows()
    {
        var isInside = false;
        foreach (var line in s_page.Split('\n'))
        {
            isInside = line.EndsWith("| test |", StringComparison.Ordinal) || (isInside && line.StartsWith('|'));
            if (isInside && !line.EndsWith("| test |", StringComparison.Ordinal) && !line.StartsWith("|---", StringComparison.Ordinal))
            {
                yield return line;
            }
        }
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();
}
