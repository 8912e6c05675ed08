using System.Net;
using System.Text.Json;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Routing;

/// <summary>A deployment that takes calls and says nothing, with no deadline that would end them.</summary>
public sealed class SilenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_falls_silent_is_passed_by_until_it_is_heard_again()
    {
        var speaks = new TaskCompletionSource();
        speaks.SetResult();
        var taken = 0;
        await using var gateway = await RoutedGateway.StartAsync(2, deployment: one => one with { Priority = 0 });
        gateway.Upstreams[0].On("/v1/chat/completions", async (_, gone) =>
        {
            if (!speaks.Task.IsCompleted)
            {
                Interlocked.Increment(ref taken);
                await speaks.Task.WaitAsync(gone);
            }

            return Answer("a");
        });
        gateway.Upstreams[1].On("/v1/chat/completions", (_, _) => Task.FromResult(Answer("b")));
        await UntilAsync(gateway, 25, "a");
        await UntilAsync(gateway, 25, "b");

        speaks = new TaskCompletionSource();
        var waiting = new List<Task<string>>();
        var answered = 0;
        while (answered < 50)
        {
            // Half of all would wait, and never fifty in turn go by.
            var asked = AskAsync(gateway);
            await Poll.UntilAsync(() => asked.IsCompleted || Volatile.Read(ref taken) > waiting.Count, "a call to be answered, or to be taken by the silent one", Token);
            var isAnswered = asked.IsCompleted;
            answered = isAnswered ? answered + 1 : 0;
            if (!isAnswered)
            {
                // It is by their time that those who say nothing are told.
                await Task.Delay(300, Token);
                waiting.Add(asked);
                Assert.InRange(waiting.Count, 1, 12);
            }
        }

        speaks.SetResult();
        Assert.All(await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30), Token), from => Assert.Equal("a", from));
        await UntilAsync(gateway, 5, "a");
    }

    private static async Task UntilAsync(RoutedGateway gateway, int count, string from)
    {
        for (var asked = 0; count > 0; asked++)
        {
            Assert.InRange(asked, 0, 1_000);
            count -= await AskAsync(gateway) == from ? 1 : 0;
        }
    }

    private static UpstreamAnswer Answer(string name) => UpstreamAnswer.Json($$"""{"object":"chat.completion","from":"{{name}}","choices":[]}""");

    private static async Task<string> AskAsync(RoutedGateway gateway)
    {
        using var answer = await gateway.SendAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token)).GetProperty("from").GetString()!;
    }
}
