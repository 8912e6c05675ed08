using System.Globalization;
using System.Text.RegularExpressions;

namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>
/// Says whether an answer is right. <c>must</c> holds alternatives between <c> | </c>, each of parts between <c> &amp; </c>;
/// the parts of one must stand in the answer, numbers as whole words, so that 17 is not taken for 7.
/// </summary>
internal static partial class AnswerJudge
{
    private const int OwnWords = 5;
    private const int StoryWords = 30;
    private const int StorySentences = 3;
    private const int RunLength = 6;
    private const int RunRepeats = 2;
    private const string NotInANumber = @"(?<![\p{L}\p{N}]|\d[.,]|-)";
    private const string NoMoreOfTheNumber = @"(?![\p{L}\p{N}]|[.,]\d|[- ](one|two|three|four|five|six|seven|eight|nine)\b)";

    public static bool IsRight(HeldOutQuestion question, string answer) => question.Group switch
    {
        "story" => IsStory(question.Must, answer),
        // Here a word of the question proves nothing: a model that only repeats it would pass.
        "switchboard" or "product" => Alternatives(question.Must)
            .Any(parts => Holds(answer, parts) && (!Holds(question.Last, parts) || SaysMore(question.Last, answer))),
        _ => Alternatives(question.Must).Any(parts => Holds(answer, parts)),
    };

    private static IEnumerable<string[]> Alternatives(string must) => must.Split(" | ").Select(alternative => alternative.Split(" & "));

    private static bool Holds(string text, string[] parts) => parts.All(part => HoldsPart(text, part.Trim()));

    private static bool HoldsPart(string text, string part) => IsNumber().IsMatch(part)
        ? Regex.IsMatch(text, $"{NotInANumber}{Regex.Escape(part)}{NoMoreOfTheNumber}", RegexOptions.IgnoreCase)
        : text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static bool SaysMore(string question, string answer) =>
        !IsRefusal().IsMatch(answer) && Words(answer).Except(Words(question)).Count() >= OwnWords;

    private static bool IsStory(string subject, string answer)
    {
        var words = Words(answer).ToList();
        return HoldsPart(answer, subject)
            && words.Count >= StoryWords
            && SentenceEnd().Count(answer) >= StorySentences
            && !Runs(words).GroupBy(run => run).Any(run => run.Count() > RunRepeats);
    }

    private static IEnumerable<string> Runs(List<string> words) =>
        Enumerable.Range(0, Math.Max(0, words.Count - RunLength + 1)).Select(start => string.Join(' ', words.Skip(start).Take(RunLength)));

    private static IEnumerable<string> Words(string text) =>
        Word().Matches(text).Select(match => match.Value.ToLower(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"[\p{L}\p{N}']+")]
    private static partial Regex Word();

    [GeneratedRegex(@"[.!?]+[""')]*(\s|$)")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(
        @"^(\d+|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen"
        + "|(twen|thir|for|fif|six|seven|eigh|nine)ty(-(one|two|three|four|five|six|seven|eight|nine))?|hundred)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex IsNumber();

    [GeneratedRegex(
        @"\bI (am (not able|unable|sorry|not sure)|cannot|can't|can not|(do not|don't) (know|understand))\b|\bI'm (sorry|unable|not sure)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex IsRefusal();
}
