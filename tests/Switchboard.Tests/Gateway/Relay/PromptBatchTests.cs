using System.IO.Pipelines;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

/// <summary>Several prompts for an upstream that takes one.</summary>
public sealed class PromptBatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"one\"", "\"one\"")]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("[\"one\"]", "\"one\"")]
    [InlineData("[[1,2]]", "[1,2]")]
    [InlineData("[\"one\",[3,4], \"two\"]", "\"one\"|[3,4]|\"two\"")]
    public async Task Each_prompt_is_asked_for_by_itself_in_its_own_bytes(string prompt, string asked)
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", Answer);

        var (outcome, _, _) = await RunAsync(upstream, $$"""{"model":"m","prompt":{{prompt}},"seed":1}""");

        Assert.False(outcome.IsError);
        Assert.Equal(asked.Split('|').Order(StringComparer.Ordinal), upstream.Requests.Select(request => request.Json.GetProperty("prompt").GetRawText()).Order(StringComparer.Ordinal));
        Assert.All(upstream.Requests, request => Assert.Equal(["model", "prompt", "seed"], request.Json.EnumerateObject().Select(member => member.Name)));
    }

    [Fact]
    public async Task By_default_prompts_are_forwarded_whole()
    {
        const string Body = """{"model":"m","prompt":["a","b"]}""";
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", Answer);
        using var provider = Provider.At(upstream.BaseUrl);

        await provider.RunAsync(Calls.Of(ApiOperation.Completions, Body), Token);

        Assert.Equal(Body, Assert.Single(upstream.Requests).BodyText);
    }

    [Fact]
    public async Task Answers_become_one_with_choices_numbered_on_and_usage_added_up()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", Answer);

        var (outcome, text, call) = await RunAsync(upstream, """{"model":"m","prompt":["a","b","c"],"n":2}""");

        Assert.False(outcome.IsError);
        using var json = JsonDocument.Parse(text);
        Assert.Equal("cmpl-req_test", json.RootElement.GetProperty("id").GetString());
        Assert.Equal(["id", "object", "choices", "usage", "x"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ["0 a0", "1 a1", "2 b0", "3 b1", "4 c0", "5 c1"],
            json.RootElement.GetProperty("choices").EnumerateArray().Select(choice => $"{choice.GetProperty("index")} {choice.GetProperty("text")}"));
        Assert.Equal("""{"prompt_tokens":6,"completion_tokens":12,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":3}}""", json.RootElement.GetProperty("usage").GetRawText());
        Assert.Equal(new TokenUsage(6, 12) { Cached = 3 }, call.Usage);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Streams_become_one_with_usage_once_and_done_once(bool asksUsage)
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", AnswerStream);
        var options = asksUsage ? ",\"stream_options\":{\"include_usage\":true}" : "";

        var (outcome, text, _) = await RunAsync(upstream, $$"""{"model":"m","prompt":["a","b"],"n":2,"stream":true{{options}}}""");

        Assert.False(outcome.IsError);
        var events = ServerSentEvents.Read(text).Select(one => one.Data).ToArray();
        Assert.Equal("[DONE]", events[^1]);
        Assert.Single(events, "[DONE]");
        var chunks = events[..^1].Select(data => JsonDocument.Parse(data).RootElement).ToArray();
        Assert.All(chunks, chunk => Assert.Equal("cmpl-req_test", chunk.GetProperty("id").GetString()));
        var spoken = chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray()).Select(choice => $"{choice.GetProperty("index")} {choice.GetProperty("text")}");
        Assert.Equal(["0 a0", "1 a1", "2 b0", "3 b1"], spoken.Order(StringComparer.Ordinal));
        var usages = chunks.Where(chunk => chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object).Select(chunk => chunk.GetProperty("usage").GetRawText());
        Assert.Equal(asksUsage ? ["""{"prompt_tokens":4,"completion_tokens":6}"""] : [], usages);
        Assert.Equal(asksUsage ? 0 : 1, chunks[^1].GetProperty("choices").GetArrayLength());
    }

    [Fact]
    public async Task Events_pass_as_they_arrive()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", AnswerStream).HoldEvents();
        var sink = new RecordingSink();
        using var provider = OnePrompt(upstream);
        var running = provider.RunAsync(Calls.Of(ApiOperation.Completions, """{"model":"m","prompt":["a","b"],"n":2,"stream":true}""", sink), Token).AsTask();
        var requests = new[] { await upstream.WaitForRequestAsync(Token), await upstream.WaitForRequestAsync(Token) };
        var second = requests.Single(request => request.BodyText.Contains("\"b\"", StringComparison.Ordinal));

        await second.ReleaseAsync(Token);
        var seen = await sink.ReadUntilAsync("b0");

        Assert.Contains("\"index\":2", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("a0", seen, StringComparison.Ordinal);
        Array.ForEach(requests, request => request.ReleaseRest());
        Assert.False((await running).IsError);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_fault_of_one_before_the_answer_is_the_fault_of_all(bool stream)
    {
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", async (request, cancellationToken) =>
        {
            if (!request.BodyText.Contains("\"b\"", StringComparison.Ordinal))
            {
                other.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            await other.Task.WaitAsync(cancellationToken);
            return UpstreamAnswer.Json("""{"error":{"message":"no such prompt","type":"invalid_request_error","param":"prompt","code":"bad"}}""", 422);
        });

        var (outcome, text, sinkless) = await RunAsync(upstream, $$"""{"model":"m","prompt":["a","b"],"stream":{{(stream ? "true" : "false")}}}""");

        Assert.Equal((422, "no such prompt"), (outcome.Error?.Status, outcome.Error?.Body.Message));
        Assert.Equal("", text);
        Assert.False(sinkless.Sink.IsCommitted);
        await upstream.WaitForDisconnectAsync(Token);
    }

    [Fact]
    public async Task The_fault_of_one_within_its_stream_ends_the_whole_with_one_error()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", request => request.BodyText.Contains("\"b\"", StringComparison.Ordinal)
            ? UpstreamAnswer.Stream([Chunk("b0", 0, null), ServerSentEvents.Data("""{"error":{"message":"lost it","type":"server_error"}}""")])
            : UpstreamAnswer.Stream([Chunk("a0", 0, null)]) with { IsHeld = true });

        var (outcome, text, _) = await RunAsync(upstream, """{"model":"m","prompt":["a","b"],"stream":true}""");

        Assert.False(outcome.IsError);
        var events = ServerSentEvents.Read(text).Select(one => one.Data).ToArray();
        Assert.Contains("lost it", events[^1], StringComparison.Ordinal);
        Assert.Single(events, data => data.Contains("\"error\"", StringComparison.Ordinal));
        Assert.DoesNotContain("[DONE]", events);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_leaves_leaves_all_of_them(bool stream)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named("hang before headers"));
        using var provider = OnePrompt(upstream);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = provider.RunAsync(Calls.Of(ApiOperation.Completions, $$"""{"model":"m","prompt":["a","b","c"],"stream":{{(stream ? "true" : "false")}}}"""), leaving.Token).AsTask();
        for (var i = 0; i < 3; i++)
        {
            await upstream.WaitForRequestAsync(Token);
        }

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WithinAsync("the call", Token));
        for (var i = 0; i < 3; i++)
        {
            await upstream.WaitForDisconnectAsync(Token);
        }
    }

    [Fact]
    public async Task What_was_said_to_a_caller_who_leaves_is_counted()
    {
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", request => request.BodyText.Contains("\"b\"", StringComparison.Ordinal)
            ? AnswerStream(request)
            : UpstreamAnswer.Stream([Chunk("a0 and so on", 0, null), Chunk("!", 0, null)]) with { IsHeld = true });
        var sink = new RecordingSink();
        var call = Calls.Of(ApiOperation.Completions, """{"model":"m","prompt":["a","b"],"n":2,"stream":true,"stream_options":{"include_usage":true}}""", sink);
        using var provider = OnePrompt(upstream);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = provider.RunAsync(call, leaving.Token).AsTask();
        var requests = new[] { await upstream.WaitForRequestAsync(Token), await upstream.WaitForRequestAsync(Token) };
        await requests.Single(request => request.BodyText.Contains("\"b\"", StringComparison.Ordinal)).WaitForEndAsync(Token);
        await requests.Single(request => request.BodyText.Contains("\"a\"", StringComparison.Ordinal)).ReleaseAsync(Token);
        await sink.ReadUntilAsync("a0 and so on");

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WithinAsync("the call", Token));
        Assert.True(call.Counted > 0);
    }

    [Fact]
    public async Task The_flush_for_a_slow_caller_is_not_cancelled_by_the_fault_of_another()
    {
        var sink = new WatchedSink();
        await using var upstream = ReplayUpstream.Start().On("/v1/completions", async (request, cancellationToken) =>
        {
            if (!request.BodyText.Contains("\"b\"", StringComparison.Ordinal))
            {
                return UpstreamAnswer.Stream([Chunk("a0", 0, null), Chunk("a0", 0, null)]) with { IsHeld = true };
            }

            await sink.Waits.WaitAsync(cancellationToken);
            return UpstreamAnswer.Json("""{"error":{"message":"no such prompt","type":"invalid_request_error","param":"prompt","code":"bad"}}""", 422);
        });
        using var provider = OnePrompt(upstream);
        var running = provider.RunAsync(Calls.Of(ApiOperation.Completions, """{"model":"m","prompt":["a","b"],"stream":true}""", sink), Token).AsTask();
        var requests = new[] { await upstream.WaitForRequestAsync(Token), await upstream.WaitForRequestAsync(Token) };
        await requests.Single(request => request.BodyText.Contains("\"a\"", StringComparison.Ordinal)).ReleaseAsync(Token);
        await requests.Single(request => request.BodyText.Contains("\"b\"", StringComparison.Ordinal)).WaitForEndAsync(Token);

        var text = await sink.Inner.ReadUntilAsync("no such prompt");
        await running.WithinAsync("the call", Token);

        Assert.False(sink.WasCancelled);
        Assert.Contains("a0", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false, 8)]
    [InlineData(2, true, 2)]
    public async Task Few_prompts_are_asked_for_at_once(int? most, bool stream, int expected)
    {
        var (running, highest) = (0, 0);
        await using var upstream = ReplayUpstream.Start();
        using var goOn = new SemaphoreSlim(0);
        upstream.On("/v1/completions", async (request, cancellationToken) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref highest, now);
            await goOn.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref running);
            return stream ? AnswerStream(request) : Answer(request);
        });
        var sink = new RecordingSink();
        using var provider = Provider.At(upstream.BaseUrl, change: settings => settings with { BatchPrompts = false, MaxConcurrency = most });
        var prompts = string.Join(',', Enumerable.Range(0, 20).Select(number => $"\"p{number}\""));
        var asking = provider.RunAsync(Calls.Of(ApiOperation.Completions, $$"""{"model":"m","prompt":[{{prompts}}],"n":2,"stream":{{(stream ? "true" : "false")}}}""", sink), Token).AsTask();
        for (var i = 0; i < 20; i++)
        {
            await upstream.WaitForRequestAsync(Token);
            if (i >= expected - 1)
            {
                goOn.Release();
            }
        }

        goOn.Release(20);
        var outcome = await asking.WithinAsync("the call", Token);

        Assert.False(outcome.IsError);
        Assert.Equal(expected, highest);
        Assert.Contains("p190", await sink.ReadAllAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_128_answers_are_asked_of_nobody()
    {
        await using var upstream = ReplayUpstream.Start();

        var (outcome, _, _) = await RunAsync(upstream, $$"""{"model":"m","prompt":[{{string.Join(',', Enumerable.Repeat("\"a\"", 65))}}],"n":2}""");

        Assert.Equal((400, "n"), (outcome.Error?.Status, outcome.Error?.Body.Param));
        Assert.Empty(upstream.Requests);
    }

    private static UpstreamAnswer Answer(UpstreamRequest request)
    {
        var prompt = request.Json.GetProperty("prompt").ToString();
        return UpstreamAnswer.Json($$$"""
            {"id":"up-{{{prompt}}}","object":"text_completion","choices":[{"text":"{{{Spoken(prompt)}}}0","index":0,"finish_reason":"stop"},{"index": 1 ,"text":"{{{Spoken(prompt)}}}1","finish_reason":"stop"}],
             "usage":{"prompt_tokens":2,"completion_tokens":4,"total_tokens":6,"prompt_tokens_details":{"cached_tokens":1}},"x":{"index":7}}
            """);
    }

    private static UpstreamAnswer AnswerStream(UpstreamRequest request)
    {
        var prompt = Spoken(request.Json.GetProperty("prompt").ToString());
        var asksUsage = request.BodyText.Contains("include_usage", StringComparison.Ordinal);
        List<string> events = [Chunk($"{prompt}0", 0, "stop"), Chunk($"{prompt}1", 1, "stop")];
        if (asksUsage)
        {
            events.Add(ServerSentEvents.Data("""{"id":"up","object":"text_completion","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":3}}"""));
        }

        return UpstreamAnswer.Stream([.. events, ServerSentEvents.Done]);
    }

    private static string Chunk(string text, int index, string? finish) =>
        ServerSentEvents.Data($$"""{"id":"up","object":"text_completion","choices":[{"index":{{index}},"text":"{{text}}","finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}],"usage":null}""");

    private static string Spoken(string prompt) => prompt.Replace("\"", "", StringComparison.Ordinal);

    private static Switchboard.Gateway.Providers.OpenAICompatible.OpenAICompatibleProvider OnePrompt(ReplayUpstream upstream) =>
        Provider.At(upstream.BaseUrl, change: settings => settings with { BatchPrompts = false });

    private static async Task<(GatewayOutcome Outcome, string Text, GatewayCall Call)> RunAsync(ReplayUpstream upstream, string body)
    {
        var sink = new RecordingSink();
        var call = Calls.Of(ApiOperation.Completions, body, sink);
        using var provider = OnePrompt(upstream);
        var outcome = await provider.RunAsync(call, Token).AsTask().WithinAsync("the call", Token);
        return (outcome, await sink.ReadAllAsync(), call);
    }

    private static void InterlockedMax(ref int highest, int value)
    {
        for (var seen = Volatile.Read(ref highest); value > seen; seen = Volatile.Read(ref highest))
        {
            Interlocked.CompareExchange(ref highest, value, seen);
        }
    }

    /// <summary>A slow caller whose connection, as Kestrel's does, would be lost with a flush that is cancelled.</summary>
    private sealed class WatchedSink : IAnswerSink
    {
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RecordingSink Inner { get; } = new(isSlow: true);

        /// <summary>Completed once a flush waits for the caller.</summary>
        public Task Waits => _waits.Task;

        public bool WasCancelled { get; private set; }

        public bool IsCommitted => Inner.IsCommitted;

        public PipeWriter Commit(AnswerHead head) => new Writer(this, Inner.Commit(head));

        public void Abort() => Inner.Abort();

        private sealed class Writer(WatchedSink sink, PipeWriter inner) : PipeWriter
        {
            public override void Advance(int bytes) => inner.Advance(bytes);

            public override void CancelPendingFlush() => inner.CancelPendingFlush();

            public override void Complete(Exception? exception = null) => inner.Complete(exception);

            public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

            public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

            public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
            {
                var flush = inner.FlushAsync(cancellationToken);
                if (!flush.IsCompleted)
                {
                    sink._waits.TrySetResult();
                }

                try
                {
                    return await flush;
                }
                catch (OperationCanceledException)
                {
                    sink.WasCancelled = true;
                    throw;
                }
            }
        }
    }
}
