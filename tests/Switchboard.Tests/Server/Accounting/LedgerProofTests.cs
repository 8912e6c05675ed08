using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Accounting;

/// <summary>What the ledger says is what the upstream charged.</summary>
public sealed class LedgerProofTests
{
    private const int Calls = 400;
    private const string Path = "/v1/chat/completions";
    private const string Model = "gpt-4o-mini";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sum_of_the_ledger_is_what_the_upstream_charged()
    {
        await using var upstream = ReplayUpstream.Start();
        var account = new Account();
        upstream.On(Path, account.Answer);
        await using var gateway = await ServedGateway.OverAsync(upstream);

        await Parallel.ForEachAsync(Enumerable.Range(0, Calls), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Ends }, async (number, _) => await CallAsync(gateway, account, number));

        var sums = await SumsAsync(gateway);
        Assert.Equal(Calls, sums.Requests);
        Assert.Equal(account.Prompt, sums.Prompt);
        Assert.Equal(account.Completion, sums.Completion);
        Assert.Equal((account.Prompt * 150) + (account.Completion * 600), sums.Cost);
        Assert.Equal((Calls / 10, Calls / 10), ((int)sums.Failed, (int)sums.Cancelled));
        Assert.Equal(0, sums.Unpriced);
        var rows = await gateway.Services.GetRequiredService<ILedgerRecords>().ListAsync(new LedgerQuery { From = TimeProvider.System.GetUtcNow().AddDays(-1), Until = TimeProvider.System.GetUtcNow().AddDays(1), Page = new RecordsQuery { Limit = 1_000 } }, Ends);
        Assert.All(rows.Data, row => Assert.Equal(row.Outcome == LedgerOutcome.Cancelled, row.IsEstimated));
        Assert.All(rows.Data, row => Assert.Equal(1, row.Attempts));
        Assert.All(rows.Data.Where(row => row.Outcome == LedgerOutcome.Answered), row => Assert.True(row.FirstByte <= row.Duration));
    }

    [Fact]
    public async Task An_answer_that_does_not_stream_tells_its_cost()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.On(Path, _ => UpstreamAnswer.Json("""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"""));
        await using var gateway = await ServedGateway.OverAsync(upstream);

        using var known = await gateway.PostAsync(Path, Body(1, isStream: false));
        using var unknown = await gateway.PostAsync(Path, Body(1, isStream: false).Replace(Model, "nobody-knows-it", StringComparison.Ordinal));
        using var refused = await gateway.PostAsync(Path, "{}");

        Assert.Equal("0.00000315", Assert.Single(known.Headers.GetValues("x-switchboard-cost")));
        Assert.False(unknown.Headers.Contains("x-switchboard-cost"));
        Assert.False(refused.Headers.Contains("x-switchboard-cost"));
    }

    private static async Task CallAsync(ServedGateway gateway, Account account, int number)
    {
        // Of ten, one fails and one is left in its middle; every other one streams.
        var isLeft = number % 10 == 3;
        var isStream = isLeft || number % 2 == 0;
        var body = Body(number, isStream);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = ServedGateway.Body(body) };
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ends);
        Assert.Equal(number % 10 == 7 ? HttpStatusCode.BadGateway : HttpStatusCode.OK, response.StatusCode);
        if (!isLeft)
        {
            var text = await response.Content.ReadAsStringAsync(Ends);
            Assert.True(!isStream || text.Contains("[DONE]", StringComparison.Ordinal));
            return;
        }

        // The upstream charges what it said until it was left, and the prompt by its length.
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ends));
        for (var words = 0; words < Account.WordsBeforeSilence;)
        {
            words += (await reader.ReadLineAsync(Ends))!.Contains("word", StringComparison.Ordinal) ? 1 : 0;
        }

        account.Charge(body.Length / 4, Account.WordsBeforeSilence);
    }

    private static string Body(int number, bool isStream) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"model":"{{Model}}","messages":[{"role":"user","content":"{{number}}"}],"stream":{{(isStream ? "true" : "false")}}}""");

    private static async Task<UsageSums> SumsAsync(ServedGateway gateway)
    {
        var records = gateway.Services.GetRequiredService<ILedgerRecords>();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var sums = await Poll.ForAsync(
            async () => (await records.SumAsync(new UsageQuery { From = today.AddDays(-1), To = today.AddDays(1) }, Ends)).Data,
            data => data is [{ Requests: >= Calls }],
            $"{Calls} requests in the ledger",
            Ends);
        return sums[0];
    }

    /// <summary>What the upstream charges.</summary>
    private sealed class Account
    {
        public const int WordsBeforeSilence = 5;

        private long _prompt;
        private long _completion;

        public long Prompt => Volatile.Read(ref _prompt);

        public long Completion => Volatile.Read(ref _completion);

        public void Charge(int prompt, int completion)
        {
            Interlocked.Add(ref _prompt, prompt);
            Interlocked.Add(ref _completion, completion);
        }

        public UpstreamAnswer Answer(UpstreamRequest request)
        {
            var number = int.Parse(request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!, CultureInfo.InvariantCulture);
            if (number % 10 == 7)
            {
                return UpstreamAnswer.Json("""{"error":{"message":"It failed.","type":"server_error"}}""", 500);
            }

            if (number % 10 == 3)
            {
                // It goes on only when it is let, which nobody does.
                _ = request.ReleaseAsync(1 + WordsBeforeSilence, Ends);
                return Stream(Enumerable.Repeat("word", 100)) with { IsHeld = true };
            }

            var (prompt, completion) = (10 + (number % 97), 1 + (number % 13));
            Charge(prompt, completion);
            var usage = string.Create(CultureInfo.InvariantCulture, $$"""{"prompt_tokens":{{prompt}},"completion_tokens":{{completion}},"total_tokens":{{prompt + completion}}}""");
            return request.Json.TryGetProperty("stream", out var isStream) && isStream.GetBoolean()
                ? Stream(Enumerable.Repeat("word", completion), usage)
                : UpstreamAnswer.Json($$"""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{{usage}}}""");
        }

        private static UpstreamAnswer Stream(IEnumerable<string> words, string usage = "null")
        {
            const string Head = """{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[""";
            return UpstreamAnswer.Stream(
            [
                ServerSentEvents.Data(Head + """{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"""),
                .. words.Select(word => ServerSentEvents.Data(Head + $$$"""{"index":0,"delta":{"content":"{{{word}}}"},"finish_reason":null}]}""")),
                ServerSentEvents.Data(Head + """{"index":0,"delta":{},"finish_reason":"stop"}]}"""),
                ServerSentEvents.Data(Head + "],\"usage\":" + usage + "}"),
                ServerSentEvents.Done,
            ]);
        }
    }
}
