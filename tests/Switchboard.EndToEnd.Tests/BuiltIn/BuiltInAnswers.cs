using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>Asks the built-in chat model every held-out question once, through the gateway, and keeps what it said.</summary>
public sealed class BuiltInAnswers(BuiltInGateway gateway) : IAsyncLifetime
{
    private const int InFlight = 8;
    private const int Shown = 300;

    private readonly ConcurrentDictionary<HeldOutQuestion, string> _answers = new(ReferenceEqualityComparer.Instance);
    private IReadOnlyList<HeldOutQuestion> _questions = [];

    /// <summary>The result of each group, as a table.</summary>
    public string Table { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _questions = HeldOutQuestion.ReadAll();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var options = new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(_questions, options, async (question, cancellationToken) =>
            _answers[question] = await AskAsync(http, question, cancellationToken));
        Table = Describe();
        Console.WriteLine(Table);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal IEnumerable<string> Of(string group) => _questions.Where(question => question.Group == group).Select(question => _answers[question]);

    internal double PercentRight(string group) => Percent([.. _questions.Where(question => question.Group == group)]);

    /// <summary>What went wrong in the group: the question, what it must hold and the answer.</summary>
    internal string Wrong(string group) => string.Join('\n', _questions
        .Where(question => question.Group == group && !IsRight(question))
        .Select(question => $"{string.Join(" || ", question.Turns)}   [{question.Must}]\n    -> {Shortened(_answers[question])}"));

    private static string Shortened(string answer) => answer.Length <= Shown ? answer : $"{answer[..Shown]} ... ({answer.Length} characters)";

    private async Task<string> AskAsync(HttpClient http, HeldOutQuestion question, CancellationToken cancellationToken)
    {
        var request = new
        {
            model = BuiltInGateway.ChatModel,
            temperature = 0,
            messages = question.Turns.Select((content, i) => new { role = i % 2 == 0 ? "user" : "assistant", content }),
        };
        using var response = await http.PostAsJsonAsync($"{gateway.BaseUrl}/chat/completions", request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{question.Last}: {answer}");
        return answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    // A question that one of the generator's patterns may write is left out of the training data as it stands, but its
    // neighbours are in it: the last columns tell what the model does with wordings that no pattern has.
    private string Describe()
    {
        var patterns = QuestionPatterns.ReadAll();
        var table = new StringBuilder("group        right   of       %   of wordings in no pattern\n");
        foreach (var group in _questions.GroupBy(question => question.Group))
        {
            HeldOutQuestion[] all = [.. group];
            HeldOutQuestion[] unwritten = [.. group.Where(question => !patterns.MayWrite(question.Last))];
            table.Append(CultureInfo.InvariantCulture, $"{group.Key,-12} {all.Count(IsRight),5} {all.Length,4} {Percent(all),7:F1}");
            table.Append(CultureInfo.InvariantCulture, $"   {unwritten.Count(IsRight),5} {unwritten.Length,4} {Percent(unwritten),7:F1}\n");
        }

        return table.ToString();
    }

    private double Percent(HeldOutQuestion[] questions) => questions.Length == 0 ? 0 : 100.0 * questions.Count(IsRight) / questions.Length;

    private bool IsRight(HeldOutQuestion question) => AnswerJudge.IsRight(question, _answers[question]);
}
