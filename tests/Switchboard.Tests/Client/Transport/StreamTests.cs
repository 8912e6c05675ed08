using Switchboard.Client;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Operations;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Transport;

/// <summary>Streams of events, from connecting to leaving.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task GivesEachEventAsItComes()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.HoldEvents();
        var stream = test.Stream();
        var chunks = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);

        var first = chunks.MoveNextAsync();
        var request = await test.Upstream.WaitForRequestAsync(TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted);
        await request.ReleaseAsync(TestContext.Current.CancellationToken);

        Assert.True(await first);
        Assert.Equal(200, stream.Result?.Status);
        request.ReleaseRest();
        await chunks.DisposeAsync();
    }

    [Fact]
    public async Task LeavingTheLoopClosesTheConnection()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.HoldEvents();

        var reading = Task.Run(
            async () =>
            {
                await foreach (var chunk in test.Stream())
                {
                    break;
                }
            },
            TestContext.Current.CancellationToken);
        var request = await test.Upstream.WaitForRequestAsync(TestContext.Current.CancellationToken);
        await request.ReleaseAsync(TestContext.Current.CancellationToken);
        await reading;

        Assert.Equal(ExchangeEnd.ClientLeft, await request.WaitForEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task CancellingStopsAReadThatWaits()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.HoldEvents();
        using var leaving = new CancellationTokenSource();
        var chunks = test.Stream().GetAsyncEnumerator(leaving.Token);
        var first = chunks.MoveNextAsync();
        var request = await test.Upstream.WaitForRequestAsync(TestContext.Current.CancellationToken);
        await request.ReleaseAsync(TestContext.Current.CancellationToken);
        Assert.True(await first);

        var second = chunks.MoveNextAsync();
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second);
        await test.Upstream.WaitForDisconnectAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("""{"error":{"message":"Overloaded","type":"server_error","code":"overloaded"}}""", null, "overloaded")]
    [InlineData("""{"type":"error","code":"rate_limit_exceeded","message":"Slow down","param":null,"sequence_number":3}""", "error", "rate_limit_exceeded")]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","code":"x","message":"Nested"}}""", "error", "x")]
    public async Task AnErrorEventIsThrown(string data, string? name, string code)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.ReplyStream(
            ServerSentEvents.Data("""{"id":"c","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}],"created":1,"model":"m","object":"chat.completion.chunk"}"""),
            name is null ? ServerSentEvents.Data(data) : ServerSentEvents.Named(name, data));
        var seen = 0;

        var fault = await Assert.ThrowsAsync<ApiStreamException>(async () =>
        {
            await foreach (var chunk in test.Stream())
            {
                seen++;
            }
        });

        Assert.Equal((1, code), (seen, fault.Code));
    }

    [Fact]
    public async Task AnAnswerThatEndsEarlyIsNotTakenForWhole()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.EndAfterEvents(2));

        await Assert.ThrowsAsync<ApiConnectionException>(async () => await test.Stream().ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AFinishedAnswerNeedsNoDone()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.ReplyStream(ServerSentEvents.Data("""{"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}],"created":1,"model":"m","object":"chat.completion.chunk"}"""));

        Assert.Single(await test.Stream().ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task KeepAlivesAreSkippedAndUnknownEventsDelivered()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.ReplyStream(
            ": keep-alive\n\n",
            ServerSentEvents.Named("keepalive", """{"type":"keepalive","sequence_number":1}"""),
            ServerSentEvents.Named("response.brand_new", """{"type":"response.brand_new","sequence_number":2,"x":1}"""),
            ServerSentEvents.Named("response.completed", """{"type":"response.completed","sequence_number":3,"response":{"id":"r","object":"response","created_at":1,"output":[]}}"""));

        var events = await test.Client.Transport
            .Stream(new ApiRequest(OpenAIOperations.CreateResponse, "/responses", null), WirePayload<ResponseStreamEvent>.Instance, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Collection(events, one => Assert.IsType<UnknownResponseStreamEvent>(one), two => Assert.IsType<ResponseCompletedEvent>(two));
    }

    [Fact]
    public async Task AnAnswerThatIsNoStreamSaysSo()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(200, """{"id":"c"}""");

        var fault = await Assert.ThrowsAsync<ApiResponseException>(async () => await test.Stream().ToListAsync(TestContext.Current.CancellationToken));

        Assert.Contains("application/json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStreamIsReadOnce()
    {
        await using var test = ClientUnderTest.Start();
        var stream = test.Stream();
        await stream.ToListAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ConnectingShowsTheHeadFirst()
    {
        await using var test = ClientUnderTest.Start();
        await using var stream = test.Stream();

        var head = await stream.ConnectAsync(TestContext.Current.CancellationToken);

        Assert.Equal(200, head.Status);
        Assert.NotEmpty(await stream.ToListAsync(TestContext.Current.CancellationToken));
        Assert.Single(test.Upstream.Requests);
    }

    [Fact]
    public async Task ASlowReaderHoldsTheServerBack()
    {
        await using var test = ClientUnderTest.Start();
        var text = new string('x', 16 * 1024);
        test.Upstream.ReplyStream(Enumerable.Repeat(ServerSentEvents.Data($$$"""{"id":"c","choices":[{"index":0,"delta":{"content":"{{{text}}}"}}]}"""), 4000));
        await using var chunks = test.Stream().GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await chunks.MoveNextAsync());
        var request = await test.Upstream.WaitForRequestAsync(TestContext.Current.CancellationToken);

        // 64 MB do not fit into any socket's buffers: the server cannot have sent them all. It counts an event after sending it.
        Assert.False(request.Ended.IsCompleted);
        Assert.InRange(request.EventsSent, 0, 3999);
    }

    [Fact]
    public async Task ADownloadIsReadAsItComes()
    {
        await using var test = ClientUnderTest.Start();
        byte[] bytes = [1, 2, 3, 4, 5];
        test.Upstream.Reply(UpstreamAnswer.Bytes(bytes, "audio/mpeg").WithHeader("Content-Disposition", "attachment; filename=\"a.mp3\""));

        await using var content = await test.SpeechAsync();

        Assert.Equal(("audio/mpeg", 5L, "a.mp3", 200), (content.ContentType, content.Length, content.FileName, content.Result.Status));
        Assert.Equal(bytes, await content.ReadBytesAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ADownloadThatBreaksOffLeavesNoFile()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Bytes(new byte[100_000], "audio/mpeg").With(Misbehaviour.TruncatedContentLength));
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var content = await test.SpeechAsync();
            await Assert.ThrowsAsync<ApiConnectionException>(() => content.SaveAsync(Path.Combine(folder.FullName, "a.mp3"), TestContext.Current.CancellationToken));

            Assert.Empty(folder.EnumerateFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task ADownloadIsSaved()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Bytes(new byte[100_000], "audio/mpeg"));
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await (await test.SpeechAsync()).SaveAsync(path, TestContext.Current.CancellationToken);

            Assert.Equal(100_000, new FileInfo(path).Length);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
