using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation.Cohere;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;
using UpstreamConnection = Switchboard.Gateway.Relay.UpstreamConnection;

namespace Switchboard.Tests.Gateway.Relay;

/// <summary>Embeddings of a dialect that takes fewer texts a request than the call has.</summary>
public sealed class TranslatedEmbeddingsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"message":"Later."}""", 503)]
    [InlineData("""{"id":"e","embeddings":{"float":[]},"meta":{"billed_units":{"input_tokens":0}}}""", 200)]
    [InlineData("nonsense", 200)]
    public async Task What_was_answered_before_another_failed_is_counted(string second, int status)
    {
        var isAnswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        await using var upstream = ReplayUpstream.Start().On("/v1/v2/embed", async (_, cancellationToken) =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                return UpstreamAnswer.Json("""{"id":"e","embeddings":{"float":[[0.5]]},"meta":{"billed_units":{"input_tokens":300}}}""");
            }

            await isAnswered.Task.WaitAsync(cancellationToken);
            return UpstreamAnswer.Json(second, status);
        });
        var time = new ManualTimeProvider();
        using var connection = new UpstreamConnection("up", upstream.BaseUrl, new ProviderSettings { Type = "cohere" });
        var embeddings = new TranslatedEmbeddings(connection, time, NullLogger.Instance);
        var texts = string.Join(',', Enumerable.Range(0, 97).Select(i => $"\"{i}\""));
        var call = Calls.Of(ApiOperation.Embeddings, $$"""{"model":"m","input":[{{texts}}]}""");
        var running = embeddings.AnswerAsync(call, "m", new CohereEmbeddings(), Token).AsTask();
        await upstream.WaitForRequestAsync(Token);
        await upstream.WaitForRequestAsync(Token);

        // Each question has its deadline: with the answer it is gone.
        await Poll.UntilAsync(() => time.ActiveTimers == 1, "the first answer", Token);
        isAnswered.SetResult();
        var outcome = await running.WithinAsync("the call", Token);

        Assert.True(outcome.IsError);
        Assert.Equal(new TokenUsage(300, 0), call.Usage);
    }
}
