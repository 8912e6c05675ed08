using System.Text.RegularExpressions;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;

namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>
/// The evaluation is worth something only while no question of it is trained on. The generator's patterns can write some of
/// them, so it leaves those out as it goes: here it runs, as for training and as without that rule.
/// </summary>
public sealed partial class HeldOutTests
{
    private static readonly HashSet<string> s_heldOut =
        [.. HeldOutQuestion.ReadAll().Where(question => question.Turns.Count == 1).Select(question => QuestionPatterns.Normalise(question.Last))];

    [Theory]
    [InlineData("1")]
    [InlineData("2026")]
    public async Task The_generator_writes_no_held_out_question(string seed)
    {
        var written = await GenerateAsync(seed, ["--exclude", .. HeldOutQuestion.Files.Select(file => RepositoryRoot.Combine("tools", "tiny-model", "eval", file))]);

        Assert.Empty(written.Intersect(s_heldOut));
    }

    [Fact]
    public async Task The_generator_would_write_held_out_questions_if_it_did_not_leave_them_out()
    {
        var written = await GenerateAsync("1");

        Assert.NotEmpty(written.Intersect(s_heldOut));
    }

    private static async Task<HashSet<string>> GenerateAsync(string seed, params string[] more)
    {
        var skipReason = RequiredTool.SkipReason("python3");
        Assert.SkipWhen(skipReason is not null, skipReason ?? "");
        string[] arguments = ["-B", "generate.py", "--seed", seed, "--count", "6000", .. more];
        await using var process = ChildProcess.Start(
            RequiredTool.Find("python3")!, arguments, GatewayEnvironment.With(new Dictionary<string, string>()), RepositoryRoot.Combine("tools", "tiny-model"));
        var exitCode = await process.WaitForExitAsync(TimeLimit.Default * 4, TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, process.Errors);
        return [.. Question().Matches(process.Output).Select(match => QuestionPatterns.Normalise(match.Groups["text"].Value))];
    }

    [GeneratedRegex("^U: (?<text>.*?) ?\nA: ", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Question();
}
