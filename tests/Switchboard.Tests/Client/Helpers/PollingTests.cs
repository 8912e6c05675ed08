using System.Collections.Concurrent;
using Switchboard.Client;
using Switchboard.Protocol.Batches;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Transport;

namespace Switchboard.Tests.Client.Helpers;

/// <summary>Jobs that are waited for.</summary>
public sealed class PollingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheServersWordGoesBeforeTheInterval()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(200, Batch("validating"), ("openai-poll-after-ms", "250")).Reply(200, Batch("in_progress")).Reply(200, Batch("finalizing"), ("openai-poll-after-ms", "999999999")).Reply(200, Batch("completed"));

        var seen = new List<string>();
        var batch = await test.Client.Batches.WaitAsync("batch_1", progress: new Told<Batch>(job => seen.Add(job.Status.Value)), cancellationToken: Token);

        Assert.Equal(BatchStatus.Completed, batch.Value.Status);
        Assert.Equal(["validating", "in_progress", "finalizing", "completed"], seen);
        Assert.Equal([250, 1500, 120_000], WaitsOf(test));
    }

    [Fact]
    public async Task TheIntervalGrowsUpToItsMost()
    {
        await using var test = ClientUnderTest.Start();
        for (var i = 0; i < 4; i++)
        {
            test.Upstream.Reply(200, Batch("in_progress"));
        }

        test.Upstream.Reply(200, Batch("failed"));

        var batch = await test.Client.Batches.WaitAsync("batch_1", new PollingOptions { Interval = TimeSpan.FromSeconds(2), MaxInterval = TimeSpan.FromSeconds(4) }, cancellationToken: Token);

        Assert.Equal(BatchStatus.Failed, batch.Value.Status);
        Assert.Equal([2000, 3000, 4000, 4000], WaitsOf(test));
    }

    [Fact]
    public async Task AFailureIsThrownForThoseWhoWantIt()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(200, Batch("cancelled"));

        var fault = await Assert.ThrowsAsync<JobFailedException>(() => test.Client.Batches.WaitAsync("batch_1", new PollingOptions { ThrowsOnFailure = true }, cancellationToken: Token));

        Assert.Equal(("cancelled", "batch_1"), (fault.Status, Assert.IsType<Batch>(fault.Job).Id));
    }

    [Fact]
    public async Task TheTimeoutEndsTheWaitAndNotTheJob()
    {
        var clock = new LeapingClock();
        await using var test = ClientUnderTest.Start(options => options.TimeProvider = clock);
        test.Upstream.On("/v1/batches/batch_1", _ => UpstreamAnswer.Json(Batch("in_progress")));

        var fault = await Assert.ThrowsAsync<JobTimeoutException>(() => test.Client.Batches.WaitAsync("batch_1", new PollingOptions { Interval = TimeSpan.FromSeconds(4), Timeout = TimeSpan.FromSeconds(5) }, cancellationToken: Token));

        Assert.Equal(("in_progress", "batch_1", true), (fault.Status, Assert.IsType<Batch>(fault.Job).Id, fault.IsTransient));
        Assert.Equal([4, 1], clock.Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal(["GET", "GET", "GET"], test.Upstream.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task CancellingEndsTheWait()
    {
        await using var test = ClientUnderTest.Start(options => options.TimeProvider = new ManualTimeProvider());
        test.Upstream.On("/v1/batches/batch_1", _ => UpstreamAnswer.Json(Batch("in_progress")));
        using var leaving = new CancellationTokenSource();
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var waiting = test.Client.Batches.WaitAsync("batch_1", progress: new Told<Batch>(_ => looked.SetResult()), cancellationToken: leaving.Token);
        await looked.Task.WaitAsync(Token);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Single(test.Upstream.Requests);
    }

    [Fact]
    public async Task ALookThatFailsForGoodIsThrown()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(200, Batch("in_progress")).Reply(503, "{}").Reply(200, Batch("in_progress")).Reply(404, """{"error":{"message":"Gone","type":"invalid_request_error"}}""");

        await Assert.ThrowsAsync<ApiNotFoundException>(() => test.Client.Batches.WaitAsync("batch_1", cancellationToken: Token));

        Assert.Equal(4, test.Upstream.Requests.Count);
    }

    [Fact]
    public async Task CreatingAndWaitingAsksForTheBackground()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(200, Response("queued")).Reply(200, Response("in_progress")).Reply(200, Response("completed"));

        var response = await test.Client.Responses.CreateAndWaitAsync(new ResponseRequest { Model = "gpt-4o", Input = "Hi" }, options: new CallOptions { IdempotencyKey = "once" }, cancellationToken: Token);

        Assert.Equal(ResponseStatus.Completed, response.Value.Status);
        Assert.True(test.Upstream.Requests[0].Json.GetProperty("background").GetBoolean());
        Assert.Equal(["POST /v1/responses once", "GET /v1/responses/resp_1 ", "GET /v1/responses/resp_1 "], test.Upstream.Requests.Select(request => $"{request.Method} {request.Path} {request.Header("Idempotency-Key")}"));
    }

    [Theory]
    [InlineData("requires_action")]
    [InlineData("completed")]
    [InlineData("expired")]
    public async Task ARunIsWaitedForUntilItWantsSomething(string status)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(200, Run("queued")).Reply(200, Run("a_word_of_tomorrow")).Reply(200, Run(status));

        var run = await test.Client.Threads.Runs.SubmitToolOutputsAndWaitAsync("thread_1", "run_1", new([]), cancellationToken: Token);

        Assert.Equal(status, run.Value.Status.Value);
        Assert.Equal(["/v1/threads/thread_1/runs/run_1/submit_tool_outputs", "/v1/threads/thread_1/runs/run_1", "/v1/threads/thread_1/runs/run_1"], test.Upstream.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task AFileOfAServerThatTellsNoStatusIsThere()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(200, """{"id":"file-1","object":"file"}""");

        Assert.Equal("file-1", (await test.Client.Files.WaitAsync("file-1", cancellationToken: Token)).Value.Id);
    }

    [Fact]
    public void IntervalsThatCannotWorkAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PollingOptions { Interval = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PollingOptions { Timeout = TimeSpan.FromSeconds(-5) });
    }

    private static IEnumerable<double> WaitsOf(ClientUnderTest test) => test.Clock.Waits.Select(wait => wait.TotalMilliseconds);

    private static string Batch(string status) => $$"""{"id":"batch_1","object":"batch","endpoint":"/v1/responses","input_file_id":"f","completion_window":"24h","status":"{{status}}","created_at":1}""";

    private static string Response(string status) => $$"""{"id":"resp_1","object":"response","created_at":1,"model":"gpt-4o","status":"{{status}}","output":[]}""";

    private static string Run(string status) => $$"""{"id":"run_1","object":"thread.run","thread_id":"thread_1","status":"{{status}}","created_at":1}""";

    private sealed class Told<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }

    /// <summary>A clock of which every wait is over at once, and has taken its time.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

        private readonly ConcurrentQueue<TimeSpan> _waits = new();

        public IReadOnlyList<TimeSpan> Waits => [.. _waits];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _waits.Sum(wait => wait.Ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero || dueTime >= s_deadline)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            _waits.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
