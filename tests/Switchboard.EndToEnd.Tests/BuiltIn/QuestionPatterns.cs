using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>
/// The question patterns of the training data's generator (tools/tiny-model/data), where <c>(a|b|)</c> is a choice that may
/// nest. What one may write is too much to list, so each becomes a regular expression.
/// </summary>
internal sealed partial class QuestionPatterns
{
    private readonly IReadOnlyList<Regex> _patterns;

    private QuestionPatterns(IReadOnlyList<Regex> patterns) => _patterns = patterns;

    public static QuestionPatterns ReadAll()
    {
        var data = RepositoryRoot.Combine("tools", "tiny-model", "data");
        IEnumerable<string> files = [.. Directory.EnumerateFiles(Path.Combine(data, "topics"), "*.txt"), Path.Combine(data, "talk.txt")];
        return Of(files.SelectMany(File.ReadLines).Select(line => line.Trim()).Where(IsQuestion));
    }

    public static QuestionPatterns Of(params IEnumerable<string> patterns) => new([.. patterns.Select(ToRegex)]);

    /// <summary>Whether a pattern may write the question, whatever the case, spaces and punctuation.</summary>
    public bool MayWrite(string question)
    {
        var text = Normalise(question);
        return _patterns.Any(pattern => pattern.IsMatch(text));
    }

    /// <summary>The form in which the generator itself compares a question with the held-out ones.</summary>
    public static string Normalise(string text) => Noise().Replace(text.ToLowerInvariant(), " ").Trim();

    private static bool IsQuestion(string line) => line.Length > 0 && line[0] is not ('#' or '>') && !line.StartsWith("topic:", StringComparison.Ordinal);

    private static Regex ToRegex(string pattern)
    {
        var regex = new StringBuilder("^ ?(?:");
        foreach (var c in pattern.ToLowerInvariant())
        {
            regex.Append(c switch
            {
                '(' => "(?:",
                ')' or '|' => c.ToString(),
                _ when Noise().IsMatch(c.ToString()) => " ?",
                _ => Regex.Escape(c.ToString()),
            });
        }

        // Choices may be empty: two spaces then stand where the question has one, or one where it has none.
        return new Regex(regex.Append(") ?$").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    [GeneratedRegex("[^a-z0-9+*/-]+")]
    private static partial Regex Noise();
}
