using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

/// <summary>What OpenAI, Azure, DeepSeek, Mistral, Ollama, OpenRouter, Perplexity and others really sent.</summary>
public sealed class RecordedTrafficTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(7)]
    [InlineData(1460)]
    public async Task Recorded_streams_pass_as_they_were_and_end_with_done(int bytesPerWrite)
    {
        var (relayed, completed) = (0, 0);
        await using var upstream = ReplayUpstream.Start();
        using var provider = Provider.At(upstream.BaseUrl);

        foreach (var (file, exchange) in Exchanges().Where(recorded => recorded.Exchange.IsStream))
        {
            var text = exchange.ResponseText;
            upstream.Reply(UpstreamAnswer.Stream([text]) with { BytesPerWrite = bytesPerWrite });
            var sink = new RecordingSink();

            var outcome = await provider.RunAsync(Calls.Chat(stream: true, more: ""","stream_options":{"include_usage":true}""", sink: sink), Token);

            var told = await sink.ReadAllAsync();
            Assert.False(outcome.IsError, $"{file}: {outcome.Error?.Body.Message}");
            if (text.Contains("\nerror: ", StringComparison.Ordinal))
            {
                // gpustack tells a failure in a field of its own invention; the stream has no end then.
                Assert.EndsWith("\"code\":\"upstream_incomplete\"}}\n\n", told, StringComparison.Ordinal);
                continue;
            }

            var isMarked = text.Contains("data: [DONE]", StringComparison.Ordinal);
            Assert.True((isMarked ? text : text + ServerSentEvents.Done) == told, $"{file}: {told[^Math.Min(400, told.Length)..]}");
            relayed++;
            completed += isMarked ? 0 : 1;
        }

        Assert.True(relayed >= 60 && completed > 0, $"{relayed} streams, {completed} without [DONE]");
    }

    [Fact]
    public async Task Recorded_answers_pass_as_they_were_and_errors_keep_their_meaning()
    {
        var (answers, errors) = (0, 0);
        await using var upstream = ReplayUpstream.Start();
        using var provider = Provider.At(upstream.BaseUrl);

        foreach (var (file, exchange) in Exchanges().Where(recorded => !recorded.Exchange.IsStream && recorded.Exchange.ResponseBody.Length > 0))
        {
            upstream.Reply(exchange.ToAnswer());
            var sink = new RecordingSink();

            var outcome = await provider.RunAsync(Calls.Chat(sink: sink), Token);

            if (exchange.Status == 200)
            {
                Assert.False(outcome.IsError, $"{file}: {outcome.Error?.Body.Message}");
                Assert.True(exchange.ResponseText == await sink.ReadAllAsync(), file);
                answers++;
            }
            else
            {
                Check(file, exchange, outcome.Error);
                errors++;
            }
        }

        Assert.True(answers > 200 && errors > 5, $"{answers} answers, {errors} errors");
    }

    private static void Check(string file, RecordedExchange exchange, GatewayError? error)
    {
        Assert.True(error is not null, file);
        Assert.Equal(exchange.Status is 400 or 401 or 404 or 429 ? exchange.Status : 502, error.Status);
        Assert.NotEmpty(error.Body.Message);
        Assert.DoesNotContain("and no reason", error.Body.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(string File, RecordedExchange Exchange)> Exchanges()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var sessions = Directory.EnumerateFiles(SharedFolder.Combine("recordings", "ChatTests"), "*.json").Select(file => (file, Recording.FromSession(file)));
        var cassettes = Directory.EnumerateFiles(SharedFolder.Combine("fixtures", "crmne+ruby_llm"), "*.json", SearchOption.AllDirectories)
            .Where(file => HoldsCompletions(file))
            .Select(file => (file, Recording.FromCassette(file)));
        return from recording in sessions.Concat(cassettes)
               from exchange in recording.Item2.Exchanges
               where exchange.Method == "POST" && exchange.Uri.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal)
               select (Path.GetFileName(recording.file), exchange);
    }

    private static bool HoldsCompletions(string file) =>
        File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes("chat/completions")) >= 0;
}
