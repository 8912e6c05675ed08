using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation.Gemini;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;
using UpstreamConnection = Switchboard.Gateway.Relay.UpstreamConnection;

namespace Switchboard.Tests.Gateway.Relay;

/// <summary>Pictures of a dialect that makes one a request.</summary>
public sealed class TranslatedPicturesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_fault_of_one_ends_those_that_still_run_and_what_others_cost_is_known()
    {
        TaskCompletionSource[] turns = [new(), new(), new()];
        var asked = 0;
        await using var upstream = ReplayUpstream.Start().On("/v1/models/m:generateContent", async (_, cancellationToken) =>
        {
            var number = Interlocked.Increment(ref asked);
            await turns[number - 1].Task.WaitAsync(cancellationToken);
            return number == 1
                ? UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"CCCC"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":300,"candidatesTokenCount":4}}""")
                : UpstreamAnswer.Json("""{"error":{"code":503,"message":"Later.","status":"UNAVAILABLE"}}""", 503);
        });
        var time = new ManualTimeProvider();
        using var connection = new UpstreamConnection("up", upstream.BaseUrl, new ProviderSettings { Type = "gemini" });
        var pictures = new TranslatedPictures(connection, (_, _) => new GeminiPictures(), time, NullLogger.Instance);
        var call = Calls.Of(ApiOperation.ImageGenerations, """{"model":"m","prompt":"A hat","n":3}""");
        var running = pictures.AnswerAsync(call, "m", Token).AsTask();
        for (var i = 0; i < 3; i++)
        {
            await upstream.WaitForRequestAsync(Token);
        }

        turns[0].SetResult();

        // Each question has its deadline: with the answer it is gone.
        await Poll.UntilAsync(() => time.ActiveTimers == 2, "the first picture", Token);
        turns[1].SetResult();
        var outcome = await running.WithinAsync("the call", Token);

        Assert.Equal(503, outcome.Error?.Status);
        Assert.Equal(new TokenUsage(300, 4) { CompletionImage = 4 }, call.Usage);
        await upstream.WaitForDisconnectAsync(Token);
    }
}
