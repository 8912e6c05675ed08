using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Files;

namespace Switchboard.Tests.Server.Batches;

public sealed class BatchesEndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_is_answered_line_by_line()
    {
        await using var gateway = await FilesGateway.StartAsync();
        gateway.Upstream.On("/v1/chat/completions", request => request.BodyText.Contains("say 2", StringComparison.Ordinal)
            ? UpstreamAnswer.Json("""{"error":{"message":"No.","type":"invalid_request_error","code":"no"}}""", 400)
            : UpstreamAnswer.Json($$"""
                {
                  "id": "x", "choices": [{ "message": { "content": {{JsonSerializer.Serialize(request.Json.GetProperty("messages")[0].GetProperty("content").GetString())}} } }]
                }
                """));

        var made = await gateway.CreateAsync(BatchGateway.Lines(5), more: ""","metadata":{"for":"tests"},"output_expires_after":{"anchor":"created_at","seconds":7200}""");
        var batch = await gateway.EndAsync(made);
        var output = await gateway.ReadAsync(batch);
        var errors = await gateway.ReadAsync(batch, "error_file_id");

        Assert.Equal(("batch", "validating", "/v1/chat/completions", "24h"), (FilesEndpointTests.Text(made, "object"), BatchGateway.StatusOf(made), FilesEndpointTests.Text(made, "endpoint"), FilesEndpointTests.Text(made, "completion_window")));
        Assert.Equal(24 * 3600, made.GetProperty("expires_at").GetInt64() - made.GetProperty("created_at").GetInt64());
        Assert.Equal("completed", BatchGateway.StatusOf(batch));
        Assert.Equal((5, 4, 1), BatchGateway.CountsOf(batch));
        Assert.Equal("tests", batch.GetProperty("metadata").GetProperty("for").GetString());
        Assert.All(new[] { "in_progress_at", "finalizing_at", "completed_at" }, name => Assert.Equal(JsonValueKind.Number, batch.GetProperty(name).ValueKind));
        Assert.Equal(["line-0", "line-1", "line-3", "line-4"], output.Keys.Order());
        Assert.All(output, line =>
        {
            var response = line.Value.GetProperty("response");
            Assert.Equal((200, JsonValueKind.Null), (response.GetProperty("status_code").GetInt32(), line.Value.GetProperty("error").ValueKind));
            Assert.StartsWith("batch_req_", FilesEndpointTests.Text(line.Value, "id"), StringComparison.Ordinal);
            Assert.Equal($"say {line.Key[5..]}", response.GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        });
        var failed = Assert.Single(errors).Value.GetProperty("response");
        Assert.Equal((400, "no"), (failed.GetProperty("status_code").GetInt32(), FilesEndpointTests.Text(failed.GetProperty("body").GetProperty("error"), "code")));
        var file = (await gateway.GetAsync($"/v1/files/{FilesEndpointTests.Text(batch, "output_file_id")}")).Json;
        Assert.Equal("batch_output", FilesEndpointTests.Text(file, "purpose"));
        Assert.Equal(7200, file.GetProperty("expires_at").GetInt64() - file.GetProperty("created_at").GetInt64());

        // Input, output and errors: nothing else is left.
        Assert.Equal(3, Directory.GetFiles(gateway.Folder).Length);
    }

    [Theory]
    [InlineData("/v1/completions", """{"model":"up/m","prompt":"x"}""")]
    [InlineData("/v1/embeddings", """{"model":"up/m","input":"x"}""")]
    [InlineData("/v1/responses", """{"model":"up/m","input":"x"}""")]
    public async Task Each_endpoint_is_answered(string endpoint, string body)
    {
        await using var gateway = await FilesGateway.StartAsync();
        gateway.Upstream.Otherwise(request => UpstreamAnswer.Json($$"""{"path":"{{request.Path}}"}"""));

        var batch = await gateway.EndAsync(await gateway.CreateAsync($$"""{"custom_id":"a","method":"POST","url":"{{endpoint}}","body":{{body}}}""", endpoint));

        Assert.Equal((1, 1, 0), BatchGateway.CountsOf(batch));
        Assert.Equal(endpoint, (await gateway.ReadAsync(batch))["a"].GetProperty("response").GetProperty("body").GetProperty("path").GetString());
    }

    [Fact]
    public async Task Lines_that_are_not_sound_fail_the_batch_before_anything_is_asked()
    {
        await using var gateway = await FilesGateway.StartAsync();
        var lines = string.Join('\n',
            BatchGateway.Line("a"),
            "not json",
            BatchGateway.Line("a"),
            BatchGateway.Line("b").Replace("POST", "GET", StringComparison.Ordinal),
            BatchGateway.Line("c").Replace("/v1/chat/completions", "/v1/embeddings", StringComparison.Ordinal),
            """{"method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}""",
            """{"custom_id":"d","method":"POST","url":"/v1/chat/completions"}""",
            """{"custom_id":"e","method":"POST","url":"/v1/chat/completions","body":{"messages":[]}}""",
            "[1]",
            BatchGateway.Line("f") + "{}");

        var batch = await gateway.EndAsync(await gateway.CreateAsync(lines));

        Assert.Equal("failed", BatchGateway.StatusOf(batch));
        Assert.Equal(JsonValueKind.Number, batch.GetProperty("failed_at").ValueKind);
        Assert.Equal(
            [
                (2, "invalid_json_line", null), (3, "duplicate_custom_id", "custom_id"), (4, "invalid_method", "method"), (5, "invalid_url", "url"),
                (6, "missing_required_parameter", "custom_id"), (7, "missing_required_parameter", "body"), (8, "missing_required_parameter", "body.model"), (9, "invalid_json_line", null), (10, "invalid_json_line", null),
            ],
            batch.GetProperty("errors").GetProperty("data").EnumerateArray().Select(error => (error.GetProperty("line").GetInt32(), error.GetProperty("code").GetString()!, error.GetProperty("param").GetString())));
        Assert.Equal(JsonValueKind.Null, batch.GetProperty("output_file_id").ValueKind);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_file_without_lines_fails_the_batch()
    {
        await using var gateway = await FilesGateway.StartAsync();

        var batch = await gateway.EndAsync(await gateway.CreateAsync("\n \n"));

        Assert.Equal("empty_file", FilesEndpointTests.Text(batch.GetProperty("errors").GetProperty("data")[0], "code"));
    }

    [Theory]
    [InlineData("input_file_id", "file-sb00000000000000000000000000000000", "input_file_id")]
    [InlineData("endpoint", "/v1/audio/speech", "endpoint")]
    [InlineData("completion_window", "1h", "completion_window")]
    [InlineData("metadata", "x", "metadata")]
    [InlineData("output_expires_after", "x", "output_expires_after")]
    public async Task A_batch_that_cannot_be_is_refused(string member, string value, string param)
    {
        await using var gateway = await FilesGateway.StartAsync();
        var (_, file) = await gateway.UploadAsync(BatchGateway.Lines(1));
        var request = new Dictionary<string, string?> { ["input_file_id"] = FilesEndpointTests.Text(file, "id"), ["endpoint"] = "/v1/chat/completions", ["completion_window"] = "24h" };
        request[member] = value;

        var (status, json) = await gateway.SendAsync(HttpMethod.Post, "/v1/batches", ServedGateway.Body(JsonSerializer.Serialize(request)));

        Assert.Equal((400, param), (status, FilesEndpointTests.Text(json.GetProperty("error"), "param")));
    }

    [Fact]
    public async Task A_file_for_something_else_is_refused()
    {
        await using var gateway = await FilesGateway.StartAsync();
        var (_, file) = await gateway.UploadAsync(BatchGateway.Lines(1), "user_data");

        var (status, _) = await gateway.SendAsync(HttpMethod.Post, "/v1/batches", ServedGateway.Body($$"""{"input_file_id":"{{FilesEndpointTests.Text(file, "id")}}","endpoint":"/v1/chat/completions","completion_window":"24h"}"""));

        Assert.Equal(400, status);
    }

    [Fact]
    public async Task A_batch_of_a_file_here_runs_here_though_a_provider_has_files_too()
    {
        await using var gateway = await FilesGateway.StartAsync(type: "openai");
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new StringContent(BatchGateway.Lines(1)), "file", "f" } };
        var file = (await gateway.SendAsync(HttpMethod.Post, "/v1/files", form, null, ("x-switchboard-files", "gateway"))).Json;

        string Request(string? id) => $$"""{"input_file_id":"{{id}}","endpoint":"/v1/chat/completions","completion_window":"24h"}""";
        var (_, ours) = await gateway.SendAsync(HttpMethod.Post, "/v1/batches", ServedGateway.Body(Request(FilesEndpointTests.Text(file, "id"))));
        gateway.Upstream.On("/v1/batches", request => UpstreamAnswer.Json(request.BodyText));
        var (_, theirs) = await gateway.SendAsync(HttpMethod.Post, "/v1/batches", ServedGateway.Body(Request("file-abc")));

        Assert.Matches("^batch_sb[0-9a-f]{32}$", FilesEndpointTests.Text(ours, "id"));
        Assert.Equal("file-abc", FilesEndpointTests.Text(theirs, "input_file_id"));
        Assert.Equal((1, 1, 0), BatchGateway.CountsOf(await gateway.EndAsync(ours)));
    }

    [Fact]
    public async Task Batches_are_listed_the_youngest_first()
    {
        await using var gateway = await FilesGateway.StartAsync();
        var ids = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, FilesEndpointTests.Text(await gateway.CreateAsync(BatchGateway.Lines(1)), "id"));
            await Task.Delay(5, Token);
        }

        var all = (await gateway.GetAsync("/v1/batches")).Json;
        var second = (await gateway.GetAsync($"/v1/batches?limit=1&after={ids[0]}")).Json;

        Assert.Equal(ids, FilesEndpointTests.Ids(all));
        Assert.Equal([ids[1]], FilesEndpointTests.Ids(second));
        Assert.True(second.GetProperty("has_more").GetBoolean());
        Assert.Equal(404, (await gateway.GetAsync("/v1/batches/batch_sb00000000000000000000000000000000")).Status);
    }

    [Fact]
    public async Task No_more_lines_run_at_once_than_the_setting_says()
    {
        var (running, most) = (0, 0);
        var three = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Batches = new BatchSettings { Concurrency = 3 } });
        gateway.Upstream.On("/v1/chat/completions", async (_, token) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == 3)
            {
                three.TrySetResult();
            }

            // All may be there at once; and who comes too many has a moment to.
            await three.Task.WaitAsync(token);
            await Task.Delay(20, token);
            Interlocked.Decrement(ref running);
            return UpstreamAnswer.Json("{}");
        });

        var batches = new[] { await gateway.CreateAsync(BatchGateway.Lines(12)), await gateway.CreateAsync(BatchGateway.Lines(12)) };
        foreach (var batch in batches)
        {
            Assert.Equal((12, 12, 0), BatchGateway.CountsOf(await gateway.EndAsync(batch)));
        }

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_fault_that_may_pass_is_tried_again_and_others_are_not()
    {
        await using var gateway = await FilesGateway.StartAsync();
        var asked = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        gateway.Upstream.On("/v1/chat/completions", request =>
        {
            var content = request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!;
            var times = asked.AddOrUpdate(content, 1, (_, before) => before + 1);
            return content switch
            {
                "passes" when times < 3 => UpstreamAnswer.Json("""{"error":{"message":"busy"}}""", 503),
                "stays" => UpstreamAnswer.Json("""{"error":{"message":"broken"}}""", 500),
                "refused" => UpstreamAnswer.Json("""{"error":{"message":"bad"}}""", 422),
                "poor" => UpstreamAnswer.Json("""{"error":{"message":"pay","code":"insufficient_quota"}}""", 429),
                _ => UpstreamAnswer.Json("{}"),
            };
        });

        var batch = await gateway.EndAsync(await gateway.CreateAsync(string.Join('\n', BatchGateway.Line("a", "passes"), BatchGateway.Line("b", "refused"), BatchGateway.Line("c", "poor"))));

        Assert.Equal((3, 1, 2), BatchGateway.CountsOf(batch));
        Assert.Equal((3, 1, 1), (asked["passes"], asked["refused"], asked["poor"]));
        Assert.Equal(["a"], (await gateway.ReadAsync(batch)).Keys);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
