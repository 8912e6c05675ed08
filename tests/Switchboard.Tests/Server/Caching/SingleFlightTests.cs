using System.Text;
using Switchboard.Gateway.Accounting;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Caching;

/// <summary>Equal requests at the same time are one call, however its caller and its provider fare.</summary>
public sealed class SingleFlightTests
{
    private const int Many = 40;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Equal_requests_at_the_same_time_are_one_call(bool stream)
    {
        await using var gateway = await CachedGateway.StartAsync();
        var go = Hold(gateway);

        var asking = Enumerable.Range(0, Many).Select(_ => gateway.AskAsync(CachedGateway.Body(stream: stream))).ToArray();
        await gateway.Upstream.WaitForRequestAsync(Ends);
        go.SetResult();
        var answers = await Task.WhenAll(asking);

        Assert.Equal(1, gateway.Asked);
        Assert.All(answers, answer => Assert.Equal((200, answers[0].Text), (answer.Status, answer.Text)));
        Assert.Equal(1, answers.Count(answer => answer.Cache == "miss"));
        Assert.Equal(Many - 1, answers.Count(answer => answer.Cache == "hit"));
        var rows = await gateway.RowsAsync(Many);
        Assert.Equal(1, rows.Count(row => !row.IsCached && row.Usage.Prompt > 0));
    }

    [Fact]
    public async Task A_follower_gets_a_stream_as_it_comes()
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.HoldEvents();
        using var leader = await OpenAsync(gateway);
        var one = await gateway.Upstream.WaitForRequestAsync(Ends);
        await one.ReleaseAsync(1, Ends);
        using var follower = await OpenAsync(gateway);

        Assert.Equal("s1-0", await leader.WordAsync());
        Assert.Equal("s1-0", await follower.WordAsync());
        await one.ReleaseAsync(1, Ends);
        Assert.Equal("s1-1", await follower.WordAsync());
        Assert.Equal("s1-1", await leader.WordAsync());
        one.ReleaseRest();

        Assert.Equal(await leader.RestAsync(), await follower.RestAsync());
        Assert.Equal(1, gateway.Asked);
    }

    [Fact]
    public async Task A_leader_that_leaves_takes_nobody_with_it()
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.HoldEvents();
        var leader = await OpenAsync(gateway);
        var one = await gateway.Upstream.WaitForRequestAsync(Ends);
        await one.ReleaseAsync(1, Ends);
        Assert.Equal("s1-0", await leader.WordAsync());
        using var follower = await OpenAsync(gateway);
        Assert.Equal("s1-0", await follower.WordAsync());

        leader.Dispose();
        await one.ReleaseAsync(1, Ends);
        Assert.Equal("s1-1", await follower.WordAsync());
        one.ReleaseRest();

        Assert.EndsWith("[DONE]", await follower.RestAsync(), StringComparison.Ordinal);
        Assert.Equal("hit", (await gateway.AskAsync(CachedGateway.Body(stream: true))).Cache);
        Assert.Equal(1, gateway.Asked);
    }

    [Fact]
    public async Task A_leader_that_leaves_before_there_is_an_answer_takes_nobody_with_it()
    {
        await using var gateway = await CachedGateway.StartAsync();
        var go = Hold(gateway);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ends);
        var leader = gateway.SendAsync(CachedGateway.Body(), CachedGateway.Chat, HttpCompletionOption.ResponseContentRead, leaving.Token);
        await gateway.Upstream.WaitForRequestAsync(Ends);
        var follower = gateway.AskAsync(CachedGateway.Body());
        await JoinedAsync(gateway, 1);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        go.SetResult();

        var answer = await follower;
        Assert.Equal((200, "hit"), (answer.Status, answer.Cache));
        Assert.Equal(1, gateway.Asked);
        var rows = await gateway.RowsAsync(2);
        Assert.Contains(rows, row => row is { IsCached: false, Usage.Prompt: 9 });
    }

    [Fact]
    public async Task A_call_that_nobody_waits_for_is_ended()
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.HoldEvents();
        var leader = await OpenAsync(gateway);
        var one = await gateway.Upstream.WaitForRequestAsync(Ends);
        await one.ReleaseAsync(1, Ends);
        var follower = await OpenAsync(gateway);
        await leader.WordAsync();
        await follower.WordAsync();

        leader.Dispose();
        follower.Dispose();

        Assert.Same(one, await gateway.Upstream.WaitForDisconnectAsync(Ends));
    }

    [Fact]
    public async Task A_leader_that_fails_lets_the_others_ask_themselves()
    {
        await using var gateway = await CachedGateway.StartAsync();
        var go = new TaskCompletionSource();
        var calls = 0;
        gateway.Upstream.On(CachedGateway.Chat, async (request, _) =>
        {
            if (Interlocked.Increment(ref calls) > 1)
            {
                return gateway.Answer(request);
            }

            await go.Task;
            return UpstreamAnswer.Json("""{"error":{"message":"It failed.","type":"server_error"}}""", 500);
        });
        var leader = gateway.AskAsync(CachedGateway.Body());
        await gateway.Upstream.WaitForRequestAsync(Ends);
        var followers = Enumerable.Range(0, 5).Select(_ => gateway.AskAsync(CachedGateway.Body())).ToArray();
        await JoinedAsync(gateway, 5);
        go.SetResult();

        Assert.True((await leader).Status >= 500);
        Assert.All(await Task.WhenAll(followers), answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_tells_those_that_read_along()
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.On(CachedGateway.Chat, _ => CachedGateway.Stream(1, 30).With(Misbehaviour.ResetAfterEvents(2)) with { IsHeld = true });
        using var leader = await OpenAsync(gateway);
        var one = await gateway.Upstream.WaitForRequestAsync(Ends);
        await one.ReleaseAsync(1, Ends);
        using var follower = await OpenAsync(gateway);
        Assert.Equal("s1-0", await follower.WordAsync());

        one.ReleaseRest();

        var rest = await follower.RestAsync();
        Assert.Contains("\"error\"", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", rest, StringComparison.Ordinal);
        var rows = await gateway.RowsAsync(2);
        Assert.All(rows, row => Assert.Equal(LedgerOutcome.Broken, row.Outcome));
        gateway.Upstream.On(CachedGateway.Chat, gateway.Answer);
        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body(stream: true))).Cache);
    }

    [Fact]
    public async Task A_slow_leader_holds_nobody_up()
    {
        await using var gateway = await CachedGateway.StartAsync(cache => cache with { MaxEntryKilobytes = 16 * 1024 });
        gateway.Upstream.On(CachedGateway.Chat, _ => CachedGateway.Stream(1, words: 40_000));
        using var leader = await OpenAsync(gateway);
        await leader.WordAsync();

        // It reads no more; what fits into no buffer between waits for it.
        var follower = await gateway.AskAsync(CachedGateway.Body(stream: true));

        var expected = string.Concat(CachedGateway.Events(1, 40_000));
        Assert.Equal(expected.Length, follower.Text.Length);
        Assert.Equal(expected, follower.Text);
        Assert.EndsWith("[DONE]", await leader.RestAsync(), StringComparison.Ordinal);
        Assert.Equal(1, gateway.Asked);
    }

    [Fact]
    public async Task Those_that_read_along_get_an_answer_that_is_too_large_to_keep()
    {
        await using var gateway = await CachedGateway.StartAsync(cache => cache with { MaxEntryKilobytes = 8 });
        gateway.Upstream.HoldEvents();
        gateway.Upstream.On(CachedGateway.Chat, _ => CachedGateway.Stream(1, words: 2000));
        using var leader = await OpenAsync(gateway);
        var one = await gateway.Upstream.WaitForRequestAsync(Ends);
        await one.ReleaseAsync(1, Ends);
        using var follower = await OpenAsync(gateway);
        await follower.WordAsync();
        await leader.WordAsync();
        one.ReleaseRest();

        var rest = await follower.RestAsync();
        Assert.EndsWith("[DONE]", rest, StringComparison.Ordinal);
        Assert.Equal(rest, await leader.RestAsync());
        var later = gateway.AskAsync(CachedGateway.Body(stream: true));
        (await gateway.Upstream.WaitForRequestAsync(Ends)).ReleaseRest();
        Assert.Equal("miss", (await later).Cache);
    }

    [Fact]
    public async Task Whoever_wants_it_fresh_joins_nobody()
    {
        await using var gateway = await CachedGateway.StartAsync();
        var go = Hold(gateway);
        var one = gateway.AskAsync(CachedGateway.Body());
        await gateway.Upstream.WaitForRequestAsync(Ends);
        var fresh = gateway.AskAsync(CachedGateway.Body(), CachedGateway.Chat, ("Cache-Control", "no-cache"));
        await gateway.Upstream.WaitForRequestAsync(Ends);
        go.SetResult();

        Assert.Equal(("miss", "miss"), ((await one).Cache, (await fresh).Cache));
    }

    private static TaskCompletionSource Hold(CachedGateway gateway)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Upstream.On(CachedGateway.Chat, async (request, _) =>
        {
            await go.Task;
            return gateway.Answer(request);
        });
        return go;
    }

    // Whoever has not answered, and asks nobody, has joined.
    private static Task JoinedAsync(CachedGateway gateway, int count) =>
        Poll.UntilAsync(() => gateway.Counts.Waiting >= count, $"{count} to have joined", Ends);

    private static async Task<OpenStream> OpenAsync(CachedGateway gateway) => await OpenStream.StartAsync(gateway, Ends);

    /// <summary>A stream that is read word by word.</summary>
    private sealed class OpenStream(Task<HttpResponseMessage> sending, CancellationTokenSource leaving) : IDisposable
    {
        private readonly StringBuilder _rest = new();
        private StreamReader? _reader;

        public static async Task<OpenStream> StartAsync(CachedGateway gateway, CancellationToken cancellationToken)
        {
            var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = gateway.SendAsync(CachedGateway.Body(stream: true), CachedGateway.Chat, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
            await Task.Yield();
            return new OpenStream(sending, leaving);
        }

        public async Task<string> WordAsync()
        {
            _reader ??= new StreamReader(await (await sending).Content.ReadAsStreamAsync(Ends));
            while (true)
            {
                var line = await _reader.ReadLineAsync(Ends) ?? throw new EndOfStreamException();
                var start = line.IndexOf("\"content\":\"", StringComparison.Ordinal);
                if (start >= 0)
                {
                    return line[(start + 11)..line.IndexOf(' ', start)];
                }
            }
        }

        public async Task<string> RestAsync()
        {
            _rest.Append(await _reader!.ReadToEndAsync(Ends));
            return _rest.ToString().TrimEnd();
        }

        public void Dispose()
        {
            leaving.Cancel();
            _reader?.Dispose();
            leaving.Dispose();
        }
    }
}
