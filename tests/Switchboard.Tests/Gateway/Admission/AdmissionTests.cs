using System.Collections.Concurrent;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;
using Switchboard.Tests.Server;

namespace Switchboard.Tests.Gateway.Admission;

/// <summary>Limits as calls meet them, through the whole pipeline: one place and room for one to wait.</summary>
public sealed class AdmissionTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _running = new();
    private readonly List<GatewaySnapshot> _snapshots = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var snapshot in _snapshots)
        {
            await snapshot.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("gateway", "The gateway is answering as many requests as it may")]
    [InlineData("deployment", "The model 'fast' is answering")]
    [InlineData("provider", "The provider 'scripted' is answering")]
    public async Task One_runs_one_waits_and_the_third_is_sent_away_at_once(string whose, string words)
    {
        var pipeline = Pipeline(whose);
        var first = Run(pipeline, out _);
        var second = Run(pipeline, out var waited);
        var third = await Run(pipeline, out _);

        Assert.Equal((503, "overloaded"), (third.Error?.Status, third.Error?.Body.Code));
        Assert.Equal(TimeSpan.FromSeconds(1), third.Error?.RetryAfter);
        Assert.StartsWith(words, third.Error?.Body.Message, StringComparison.Ordinal);
        Assert.Equal((1, false), (_running.Count, second.IsCompleted));

        _time.Advance(TimeSpan.FromSeconds(3));
        EndOne();
        Assert.False((await first).IsError);
        await UntilRunningAsync();
        EndOne();
        Assert.False((await second).IsError);
        Assert.Equal(TimeSpan.FromSeconds(3), waited.Timings.Of("queue"));
        Assert.Equal(1, waited.Attempts);
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("deployment")]
    [InlineData("provider")]
    public async Task Who_leaves_the_queue_makes_room_and_who_waits_too_long_is_told(string whose)
    {
        var pipeline = Pipeline(whose);
        var first = Run(pipeline, out _);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var left = pipeline.RunAsync(Calls.Chat(model: "fast"), leaving.Token).AsTask();

        await leaving.CancelAsync();
        Assert.Equal(499, (await left.WithinAsync("the caller to leave", Token)).Error?.Status);
        var second = Run(pipeline, out var call);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(30));

        var error = (await second.WithinAsync("the end of the wait", Token)).Error;
        Assert.Equal((503, "overloaded"), (error?.Status, error?.Body.Code));
        Assert.Equal((0, TimeSpan.FromSeconds(30)), (call.Attempts, call.Timings.Of("queue")));
        EndOne();
        await first;
        var next = Run(pipeline, out _);
        EndOne();
        Assert.False((await next).IsError);
    }

    [Fact]
    public async Task A_place_comes_back_however_the_call_ends()
    {
        var ends = new Queue<Func<ValueTask<GatewayOutcome>>>(
        [
            () => throw new InvalidOperationException("A bug."),
            () => new(GatewayOutcome.Failed(GatewayError.Upstream("No."))),
            () => throw new OperationCanceledException(),
            () => new(GatewayOutcome.Answered),
        ]);
        var pipeline = Pipeline("all", new ScriptedProvider { Answer = (_, _) => ends.Dequeue()() });

        await Assert.ThrowsAsync<InvalidOperationException>(() => Run(pipeline, out _));
        Assert.Equal(502, (await Run(pipeline, out _)).Error?.Status);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Run(pipeline, out _));
        Assert.False((await Run(pipeline, out _)).IsError);
    }

    [Fact]
    public async Task By_default_providers_and_deployments_have_no_limit()
    {
        var pipeline = Pipeline("nobody");
        var all = Enumerable.Range(0, 500).Select(_ => Run(pipeline, out var _)).ToArray();

        Assert.Equal(500, _running.Count);
        for (var i = 0; i < all.Length; i++)
        {
            EndOne();
        }

        Assert.All(await Task.WhenAll(all), outcome => Assert.False(outcome.IsError));
    }

    private Task<GatewayOutcome> Run(GatewayPipeline pipeline, out GatewayCall call)
    {
        call = Calls.Chat(model: "fast");
        return pipeline.RunAsync(call, Token).AsTask();
    }

    private async ValueTask<GatewayOutcome> HoldAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running.Enqueue(end);
        await end.Task.WaitAsync(cancellationToken);
        return GatewayOutcome.Answered;
    }

    private void EndOne()
    {
        Assert.True(_running.TryDequeue(out var end), "Nothing runs.");
        end.SetResult();
    }

    private async Task UntilRunningAsync()
    {
        while (_running.IsEmpty)
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private GatewayPipeline Pipeline(string whose, ScriptedProvider? provider = null)
    {
        var scripted = provider ?? new ScriptedProvider { Answer = HoldAsync };
        bool Has(string name) => whose == name || whose == "all";
        var configuration = new GatewayConfiguration
        {
            Server = Has("gateway") ? new ServerSettings { MaxConcurrency = 1, MaxQueue = 1 } : new ServerSettings(),
            Providers = new Dictionary<string, ProviderSettings> { ["scripted"] = new() { Type = "scripted", MaxConcurrency = Has("provider") ? 1 : null, MaxQueue = 1 } },
            Models = new Dictionary<string, ModelSettings>
            {
                ["fast"] = new() { Deployments = [new("scripted", "parrot") { MaxConcurrency = Has("deployment") ? 1 : null, MaxQueue = 1 }] },
                ["same"] = new() { Deployments = [new("scripted", "parrot") { MaxConcurrency = Has("deployment") ? 1 : null, MaxQueue = 1 }] },
            },
        };
        var services = Provider.Services(_time);
        var snapshot = GatewaySnapshot.Create(configuration, ProviderRegistry.Default.With("scripted", (_, _, _) => scripted), services);
        _snapshots.Add(snapshot);
        return new GatewayPipeline(snapshot, services);
    }
}
