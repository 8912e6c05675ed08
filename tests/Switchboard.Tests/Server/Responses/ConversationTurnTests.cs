using System.Net;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Responses;

namespace Switchboard.Tests.Server.Responses;

/// <summary>Responses that wait for the one before them in their conversation.</summary>
public sealed class ConversationTurnTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_that_wait_for_their_conversation_hold_up_nobody_else()
    {
        await using var upstream = ReplayUpstream.Start();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.On("/v1/chat/completions", async (request, token) =>
        {
            if (request.BodyText.Contains("held", StringComparison.Ordinal))
            {
                await held.Task.WaitAsync(token);
            }

            return UpstreamAnswer.Json(ResponsesRun.Whole("""{"role":"assistant","content":"One"}"""));
        });
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with
        {
            Server = new ServerSettings { MaxConcurrency = 2, MaxQueue = 1, QueueTimeout = TimeSpan.FromSeconds(5) },
            Providers = configuration.Providers.ToDictionary(one => one.Key, one => one.Value with { Responses = ResponsesHandling.Chat }),
        });
        using var made = await gateway.PostAsync("/v1/conversations", "{}");
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync(Token))!["id"]!;

        var first = gateway.PostAsync("/v1/responses", $$"""{"model":"openai/m","input":"held","conversation":"{{id}}"}""");
        await upstream.WaitForRequestAsync(Token);
        var waiting = Enumerable.Range(0, 2).Select(i => gateway.PostAsync("/v1/responses", $$"""{"model":"openai/m","input":"{{i}}","conversation":"{{id}}"}""")).ToArray();
        for (var i = 0; i < 5; i++)
        {
            using var other = await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"user","content":"Hi"}]}""");
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        }

        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        held.SetResult();
        foreach (var one in waiting.Prepend(first))
        {
            using var answer = await one.WithinAsync("a response", Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }
}
