using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Batches;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Access;
using Switchboard.Tests.Server.Files;

namespace Switchboard.Tests.Server.Batches;

/// <summary>How batches end before all of their lines are done, and how they go on where another left off.</summary>
public sealed class BatchRunTests
{
    private static readonly BatchSettings s_two = new() { Concurrency = 2, Attempts = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancelled_batch_lets_running_lines_end_and_keeps_what_is_done()
    {
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Batches = s_two });
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Upstream.On("/v1/chat/completions", async (request, token) =>
        {
            if (request.Number > 2)
            {
                await held.Task.WaitAsync(token);
            }

            return UpstreamAnswer.Json("{}");
        });
        var made = await gateway.CreateAsync(BatchGateway.Lines(10));
        await gateway.WaitAsync(made, now => BatchGateway.CountsOf(now).Completed == 2);
        for (var i = 0; i < 4; i++)
        {
            await gateway.Upstream.WaitForRequestAsync(Token);
        }

        var (status, cancelling) = await gateway.SendAsync(HttpMethod.Post, $"/v1/batches/{FilesEndpointTests.Text(made, "id")}/cancel");
        await SavedAsync(gateway, made, times: 3);
        held.SetResult();
        var batch = await gateway.EndAsync(made);
        var again = await gateway.SendAsync(HttpMethod.Post, $"/v1/batches/{FilesEndpointTests.Text(made, "id")}/cancel");

        Assert.Equal((200, "cancelling"), (status, BatchGateway.StatusOf(cancelling)));
        Assert.Equal(("cancelled", (10, 4, 0)), (BatchGateway.StatusOf(batch), BatchGateway.CountsOf(batch)));
        Assert.Equal(4, (await gateway.ReadAsync(batch)).Count);
        Assert.Equal(4, gateway.Upstream.Requests.Count);
        Assert.Equal(409, again.Status);
    }

    [Fact]
    public async Task A_batch_whose_time_runs_out_tells_which_lines_were_not_asked()
    {
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Batches = s_two });
        gateway.Upstream.On("/v1/chat/completions", async (_, token) =>
        {
            await Task.Delay(300, token);
            return UpstreamAnswer.Json("{}");
        });
        var batch = await AddAsync(gateway, BatchGateway.Lines(80), one => one with { ExpiresAt = one.CreatedAt.AddSeconds(4) });

        var ended = await gateway.EndAsync(batch);

        var (output, errors) = (await gateway.ReadAsync(ended), await gateway.ReadAsync(ended, "error_file_id"));
        Assert.Equal("expired", BatchGateway.StatusOf(ended));
        Assert.Equal(80, output.Keys.Union(errors.Keys).Count());
        Assert.Equal((80, output.Count, errors.Count), BatchGateway.CountsOf(ended));
        Assert.All(errors.Values, line => Assert.Equal("batch_expired", FilesEndpointTests.Text(line.GetProperty("error"), "code")));
        Assert.NotEmpty(output);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task Lines_that_the_gateway_has_no_room_for_wait_and_do_not_fail()
    {
        var full = new ServerSettings { MaxConcurrency = 1, MaxQueue = 0 };
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Server = full, Batches = new BatchSettings { Concurrency = 4, Attempts = 1 } });
        gateway.Upstream.On("/v1/chat/completions", async (_, token) =>
        {
            await Task.Delay(200, token);
            return UpstreamAnswer.Json("{}");
        });

        var batch = await gateway.EndAsync(await gateway.CreateAsync(BatchGateway.Lines(6)));

        Assert.Equal(("completed", (6, 6, 0)), (BatchGateway.StatusOf(batch), BatchGateway.CountsOf(batch)));
        Assert.Equal(6, gateway.Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_line_that_asks_for_more_than_its_limits_ever_have_fails_and_holds_nobody_up()
    {
        await using var guarded = await GuardedGateway.StartAsync(change: configuration => configuration with { Files = new FileSettings { Store = FileKeeper.Gateway }, Batches = s_two });
        var (_, key) = await guarded.CreateKeyAsync(""","limits":{"tokens_per_minute":1000}""");
        guarded.Upstream.On("/v1/chat/completions", _ => UpstreamAnswer.Json("{}"));
        var gateway = FilesGateway.Over(guarded.Gateway, guarded.Upstream);

        var lines = BatchGateway.Line("long", new string('a', 8_000), "mine") + "\n" + BatchGateway.Line("short", model: "mine") + "\n";
        var ended = await gateway.EndAsync(await gateway.CreateAsync(lines, key: key), key);

        Assert.Equal(("completed", (2, 1, 1)), (BatchGateway.StatusOf(ended), BatchGateway.CountsOf(ended)));
    }

    [Fact]
    public async Task A_file_that_cannot_be_deleted_keeps_no_batch_from_being_taken_up_and_no_other_from_being_deleted()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Batches = s_two }, time);
        gateway.Upstream.On("/v1/chat/completions", _ => UpstreamAnswer.Json("{}"));
        (string, string)[] expiry = [("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "3600")];
        var stuck = Path.Combine(gateway.Folder, FilesEndpointTests.Text((await gateway.UploadAsync("x", "user_data", null, expiry)).Json, "id")!);
        File.Delete(stuck);
        Directory.CreateDirectory(Path.Combine(stuck, "not empty"));
        var other = Path.Combine(gateway.Folder, FilesEndpointTests.Text((await gateway.UploadAsync("y", "user_data", null, expiry)).Json, "id")!);
        await Poll.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(10));
                return !File.Exists(other);
            },
            "the other to be deleted",
            Token);

        var made = await gateway.CreateAsync(BatchGateway.Lines(2));
        var ended = await gateway.WaitAsync(made, now =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return BatchGateway.StatusOf(now) == "completed";
        });

        Assert.Equal((2, 2, 0), BatchGateway.CountsOf(ended));
        Assert.True(Directory.Exists(stuck));
        Directory.Delete(stuck, recursive: true);
    }

    [Fact]
    public async Task A_key_that_is_disabled_stops_its_batches_and_the_ones_of_others_are_not_there()
    {
        await using var guarded = await GuardedGateway.StartAsync(change: configuration => configuration with { Files = new FileSettings { Store = FileKeeper.Gateway }, Batches = s_two });
        var (id, mine) = await guarded.CreateKeyAsync();
        var (_, theirs) = await guarded.CreateKeyAsync();
        var release = new SemaphoreSlim(2);
        guarded.Upstream.On("/v1/chat/completions", async (_, token) =>
        {
            await release.WaitAsync(token);
            return UpstreamAnswer.Json("{}");
        });
        var gateway = FilesGateway.Over(guarded.Gateway, guarded.Upstream);
        var lines = string.Concat(Enumerable.Range(0, 8).Select(i => BatchGateway.Line($"line-{i}", model: "mine") + "\n"));
        var made = await gateway.CreateAsync(lines, key: mine);
        await gateway.WaitAsync(made, now => BatchGateway.CountsOf(now).Completed == 2, mine);
        for (var i = 0; i < 4; i++)
        {
            await guarded.Upstream.WaitForRequestAsync(Token);
        }

        var batchId = FilesEndpointTests.Text(made, "id");
        Assert.Equal(404, (await gateway.GetAsync($"/v1/batches/{batchId}", theirs)).Status);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Post, $"/v1/batches/{batchId}/cancel", null, theirs)).Status);
        Assert.Empty(FilesEndpointTests.Ids((await gateway.GetAsync("/v1/batches", theirs)).Json));
        var foreign = await gateway.SendAsync(
            HttpMethod.Post, "/v1/batches", ServedGateway.Body($$"""{"input_file_id":"{{FilesEndpointTests.Text(made, "input_file_id")}}","endpoint":"/v1/chat/completions","completion_window":"24h"}"""), theirs);
        Assert.Equal((400, "file_not_found"), (foreign.Status, FilesEndpointTests.Text(foreign.Json.GetProperty("error"), "code")));

        await guarded.AdminAsync("PATCH", $"/keys/{id}", """{"disabled":true}""");
        release.Release(100);
        var records = guarded.Gateway.Services.GetRequiredService<IBatchRecords>();
        var ended = await Poll.ForAsync(() => records.FindAsync(id, batchId!, Token), one => one is { IsOver: true }, "the end of the batch", Token);

        // Two were done, and two on their way.
        Assert.Equal((BatchState.Failed, 4), (ended!.State, ended.Completed));
        Assert.Contains("access_disabled", ended.Errors, StringComparison.Ordinal);
        Assert.NotNull(ended.OutputFileId);
    }

    [Fact]
    public async Task A_batch_goes_on_where_a_gateway_left_it_that_is_gone()
    {
        await using var gateway = await FilesGateway.StartAsync();
        var half = "{\"id\":\"r\",\"custom_id\":\"line-3\",\"resp";
        var batch = await AddAsync(gateway, BatchGateway.Lines(6), one =>
        {
            // As a gateway leaves it that is killed while it writes.
            Directory.CreateDirectory(gateway.Folder);
            File.WriteAllText(Path.Combine(gateway.Folder, $"{one.Id}.1.output"), Done("line-0") + Done("line-2") + half);
            File.WriteAllText(Path.Combine(gateway.Folder, $"{one.Id}.1.errors"), Done("line-1", 400));
            return one with { State = BatchState.InProgress, InProgressAt = one.CreatedAt, Total = 6, Epoch = 1, Journal = 1, DueAt = one.CreatedAt.AddSeconds(1) };
        });

        var ended = await gateway.EndAsync(batch);

        Assert.Equal(("completed", (6, 5, 1)), (BatchGateway.StatusOf(ended), BatchGateway.CountsOf(ended)));
        Assert.Equal(["line-0", "line-2", "line-3", "line-4", "line-5"], (await gateway.ReadAsync(ended)).Keys.Order());
        Assert.Equal(["line-1"], (await gateway.ReadAsync(ended, "error_file_id")).Keys);
        Assert.Equal(["say 3", "say 4", "say 5"], gateway.Upstream.Requests.Select(request => request.Json.GetProperty("messages")[0].GetProperty("content").GetString()).Order());
        Assert.DoesNotContain(Directory.GetFiles(gateway.Folder), file => file.Contains("batch_sb", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_that_meets_a_bug_fails_and_the_others_do_not()
    {
        var provider = new ScriptedProvider { Answer = (call, token) => call.Body.Span.IndexOf("trips"u8) >= 0 ? throw new InvalidOperationException("a bug") : ScriptedProvider.RepeatAsync(call, token) };
        await using var served = await ServedGateway.StartAsync(provider, configuration: new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["scripted"] = new() { Type = "scripted" } },
            Batches = s_two,
        });
        var gateway = FilesGateway.Over(served, null!);

        var batch = await gateway.EndAsync(await gateway.CreateAsync(BatchGateway.Line("a", "trips", "parrot") + "\n" + BatchGateway.Line("b", model: "parrot")));

        Assert.Equal(("completed", (2, 1, 1)), (BatchGateway.StatusOf(batch), BatchGateway.CountsOf(batch)));
        Assert.Equal(500, (await gateway.ReadAsync(batch, "error_file_id"))["a"].GetProperty("response").GetProperty("status_code").GetInt32());
    }

    [Fact]
    public async Task A_batch_whose_files_were_being_made_gets_them()
    {
        await using var gateway = await FilesGateway.StartAsync();
        var output = Switchboard.Gateway.Files.FileIds.New(TimeProvider.System);
        var batch = await AddAsync(gateway, BatchGateway.Lines(1), one =>
        {
            // Its name was changed already, and nobody had been told.
            Directory.CreateDirectory(gateway.Folder);
            File.WriteAllText(Path.Combine(gateway.Folder, output), Done("line-0"));
            return one with { State = BatchState.Finalizing, Outcome = BatchState.Completed, OutputFileId = output, Total = 1, Completed = 1, Epoch = 1, Journal = 1 };
        });

        var ended = await gateway.EndAsync(batch);

        Assert.Equal(("completed", output), (BatchGateway.StatusOf(ended), FilesEndpointTests.Text(ended, "output_file_id")));
        Assert.Equal(["line-0"], (await gateway.ReadAsync(ended)).Keys);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_gateway_that_stops_ends_the_running_lines_and_the_next_one_asks_the_others()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-batches-");
        try
        {
            GatewayConfiguration Shared(GatewayConfiguration configuration) => configuration with
            {
                Batches = s_two,
                Storage = new StorageSettings { Records = new Secret(Path.Combine(folder.FullName, "records.db")), Files = Path.Combine(folder.FullName, "files") },
            };
            var asked = new ConcurrentDictionary<string, int>();
            var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            async Task<UpstreamAnswer> AnswerAsync(UpstreamRequest request, CancellationToken token)
            {
                asked.AddOrUpdate(request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!, 1, (_, before) => before + 1);
                await held.Task.WaitAsync(token);
                return UpstreamAnswer.Json("{}");
            }

            System.Text.Json.JsonElement made;
            await using (var first = await FilesGateway.StartAsync(Shared))
            {
                first.Upstream.On("/v1/chat/completions", AnswerAsync);
                made = await first.CreateAsync(BatchGateway.Lines(6));
                await first.Upstream.WaitForRequestAsync(Token);
                await first.Upstream.WaitForRequestAsync(Token);
                var stopping = first.Gateway.StopAsync();
                await Task.Delay(200, Token);
                held.SetResult();
                await stopping;
                Assert.Equal(2, first.Upstream.Requests.Count);
            }

            await using var second = await FilesGateway.StartAsync(Shared);
            second.Upstream.On("/v1/chat/completions", AnswerAsync);
            var ended = await second.EndAsync(made);

            Assert.Equal((6, 6, 0), BatchGateway.CountsOf(ended));
            Assert.Equal(6, asked.Count);
            Assert.All(asked.Values, times => Assert.Equal(1, times));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Done(string customId, int status = 200) =>
        $$$"""{"id":"r","custom_id":"{{{customId}}}","response":{"status_code":{{{status}}},"request_id":"r","body":{}},"error":null}""" + "\n";

    // Whoever runs a batch says so from time to time: then it is due later.
    private static async Task SavedAsync(FilesGateway gateway, System.Text.Json.JsonElement made, int times)
    {
        var records = gateway.Gateway.Services.GetRequiredService<IBatchRecords>();
        var id = FilesEndpointTests.Text(made, "id")!;
        for (var i = 0; i < times; i++)
        {
            var before = (await records.FindAsync("", id, Token))!.DueAt;
            await Poll.UntilAsync(async () => (await records.FindAsync("", id, Token))!.DueAt != before, "the batch to be saved", Token);
        }
    }

    // A batch as the records have it, which no endpoint would make.
    private static async Task<System.Text.Json.JsonElement> AddAsync(FilesGateway gateway, string lines, Func<Batch, Batch> change)
    {
        var (_, file) = await gateway.UploadAsync(lines);
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var batch = change(new Batch
        {
            Id = BatchIds.New(TimeProvider.System),
            Tenant = "",
            Endpoint = "/v1/chat/completions",
            InputFileId = FilesEndpointTests.Text(file, "id")!,
            CreatedAt = now,
            ExpiresAt = now.AddHours(24),
            DueAt = now,
        });
        await gateway.Gateway.Services.GetRequiredService<IBatchRecords>().AddAsync(batch, Token);
        gateway.Gateway.Services.GetRequiredService<BatchWorker>().Wake();
        return System.Text.Json.JsonElement.Parse($$"""{"id":"{{batch.Id}}"}""");
    }
}
