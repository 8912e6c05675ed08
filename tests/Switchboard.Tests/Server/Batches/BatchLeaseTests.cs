using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Batches;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Files;

namespace Switchboard.Tests.Server.Batches;

/// <summary>A gateway whose database is out of reach, and does not even refuse, while others may reach it.</summary>
public sealed class BatchLeaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_cut_off_from_the_records_ends_its_lines_before_its_time_is_over_and_another_goes_on()
    {
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Batches = new BatchSettings { Concurrency = 0 } });
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Upstream.On("/v1/chat/completions", async (request, token) =>
        {
            if (request.Number != 2)
            {
                return UpstreamAnswer.Json("{}");
            }

            using var ended = token.Register(() => left.TrySetResult());
            await Task.Delay(Timeout.Infinite, token);
            return UpstreamAnswer.Json("{}");
        });

        // The records go by the system's clock: whatever this one says is over for them.
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddHours(-1));
        var records = new HangingRecords(gateway.Gateway.Services.GetRequiredService<IBatchRecords>());
        using var cutOff = Worker(gateway, records, time);
        using var stopping = new CancellationTokenSource();
        var made = await gateway.CreateAsync(BatchGateway.Lines(6));
        var running = cutOff.RunAsync(stopping.Token);
        await gateway.Upstream.WaitForRequestAsync(Token);
        await gateway.Upstream.WaitForRequestAsync(Token);

        records.Hang();
        time.Advance(TimeSpan.FromSeconds(12.1));
        await left.Task.WithinAsync("the running line to be given up", Token);

        // It sees the database again after another has taken the batch up.
        var taken = await gateway.Gateway.Services.GetRequiredService<IBatchRecords>().TakeAsync(TimeProvider.System.GetUtcNow().AddHours(1), Token);
        await stopping.CancelAsync();
        records.Answer();
        await running.WithinAsync("the end of the one that lost it", Token);
        var now = await gateway.Gateway.Services.GetRequiredService<IBatchRecords>().FindAsync("", FilesEndpointTests.Text(made, "id")!, Token);

        Assert.Equal(2, gateway.Upstream.Requests.Count);
        Assert.Equal((taken!.Epoch, taken.DueAt, taken.Completed), (now!.Epoch, now.DueAt, now.Completed));
    }

    private static BatchWorker Worker(FilesGateway gateway, IBatchRecords records, TimeProvider time) => new(new BatchServices(
        records,
        gateway.Gateway.Services.GetRequiredService<FileStore>(),
        gateway.Gateway.Services.GetRequiredService<IFileContents>(),
        gateway.Gateway.Services.GetRequiredService<IBatchCalls>(),
        new BatchSettings { Concurrency = 1, Attempts = 1 },
        time,
        NullLogger.Instance));

    /// <summary>Records on the far side of a network that swallows everything.</summary>
    private sealed class HangingRecords(IBatchRecords records) : IBatchRecords
    {
        private volatile TaskCompletionSource? _hanging;

        public void Hang() => _hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Answer() => _hanging?.SetResult();

        public Task AddAsync(Batch batch, CancellationToken cancellationToken) => records.AddAsync(batch, cancellationToken);

        public Task<Batch?> FindAsync(string tenant, string id, CancellationToken cancellationToken) => records.FindAsync(tenant, id, cancellationToken);

        public Task<RecordsPage<Batch>> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken) => records.ListAsync(tenant, query, cancellationToken);

        public Task<Batch?> CancelAsync(string tenant, string id, CancellationToken cancellationToken) => records.CancelAsync(tenant, id, cancellationToken);

        public async Task<Batch?> TakeAsync(DateTimeOffset until, CancellationToken cancellationToken)
        {
            await ReachAsync(cancellationToken);
            return await records.TakeAsync(until, cancellationToken);
        }

        public async Task<Batch?> SaveAsync(Batch batch, CancellationToken cancellationToken)
        {
            await ReachAsync(cancellationToken);
            return await records.SaveAsync(batch, cancellationToken);
        }

        private Task ReachAsync(CancellationToken cancellationToken) => _hanging?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
    }
}
