using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Files;

public sealed class FilesEndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_kept_told_of_sent_and_deleted()
    {
        await using var gateway = await FilesGateway.StartAsync();

        var (status, file) = await gateway.UploadAsync("one\ntwo\n");
        var id = file.GetProperty("id").GetString()!;
        var read = await gateway.GetAsync($"/v1/files/{id}");
        var content = await gateway.Gateway.Client.GetAsync($"/v1/files/{id}/content", Token);
        var (_, deleted) = await gateway.SendAsync(HttpMethod.Delete, $"/v1/files/{id}");
        var gone = await gateway.GetAsync($"/v1/files/{id}");

        Assert.Equal(200, status);
        Assert.Matches("^file-sb[0-9a-f]{32}$", id);
        Assert.Equal(("file", 8, "lines.jsonl", "batch", "processed"), (Text(file, "object"), file.GetProperty("bytes").GetInt32(), Text(file, "filename"), Text(file, "purpose"), Text(file, "status")));
        Assert.Equal(30 * 24 * 3600, file.GetProperty("expires_at").GetInt64() - file.GetProperty("created_at").GetInt64());
        Assert.True(JsonElement.DeepEquals(file, read.Json));
        Assert.Equal("one\ntwo\n", await content.Content.ReadAsStringAsync(Token));
        Assert.Equal("lines.jsonl", content.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal((id, "file", true), (Text(deleted, "id"), Text(deleted, "object"), deleted.GetProperty("deleted").GetBoolean()));
        Assert.Equal((404, "file_not_found"), (gone.Status, Text(gone.Json.GetProperty("error"), "code")));
        Assert.Empty(Directory.GetFiles(gateway.Folder));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_range_of_a_file_is_sent()
    {
        await using var gateway = await FilesGateway.StartAsync();
        var id = Text((await gateway.UploadAsync("0123456789")).Json, "id");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{id}/content") { Headers = { Range = new RangeHeaderValue(2, 4) } };

        using var answer = await gateway.Gateway.Client.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.PartialContent, "234"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token)));
    }

    [Fact]
    public async Task Files_are_listed_by_purpose_in_pages()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await FilesGateway.StartAsync(time: time);
        var ids = new List<string?>();
        foreach (var purpose in new[] { "batch", "user_data", "batch" })
        {
            ids.Add(Text((await gateway.UploadAsync("x", purpose)).Json, "id"));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var all = (await gateway.GetAsync("/v1/files")).Json;
        var batches = (await gateway.GetAsync("/v1/files?purpose=batch&order=asc")).Json;
        var first = (await gateway.GetAsync("/v1/files?limit=2")).Json;
        var second = (await gateway.GetAsync($"/v1/files?limit=2&after={Text(first, "last_id")}")).Json;

        Assert.Equal([ids[2], ids[1], ids[0]], Ids(all));
        Assert.Equal([ids[0], ids[2]], Ids(batches));
        Assert.Equal((true, false), (first.GetProperty("has_more").GetBoolean(), second.GetProperty("has_more").GetBoolean()));
        Assert.Equal([ids[0]], Ids(second));
        Assert.Equal(400, (await gateway.GetAsync("/v1/files?limit=0")).Status);
    }

    [Fact]
    public async Task A_form_of_countless_fields_is_refused()
    {
        await using var gateway = await FilesGateway.StartAsync();

        var (status, answer) = await gateway.UploadAsync("x", "user_data", null, [.. Enumerable.Range(0, 40).Select(i => ($"field-{i}", "v"))]);

        Assert.Equal((400, "invalid_multipart"), (status, Text(answer.GetProperty("error"), "code")));
        Assert.Empty(Directory.GetFiles(gateway.Folder));
    }

    [Fact]
    public async Task A_file_expires()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await FilesGateway.StartAsync(time: time);
        var (_, file) = await gateway.UploadAsync("x", "user_data", null, ("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "3600"));
        var kept = Text((await gateway.UploadAsync("y", "user_data")).Json, "id");

        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(3600, file.GetProperty("expires_at").GetInt64() - file.GetProperty("created_at").GetInt64());
        Assert.Equal(404, (await gateway.GetAsync($"/v1/files/{Text(file, "id")}")).Status);
        Assert.Equal([kept], Ids((await gateway.GetAsync("/v1/files")).Json));
    }

    [Theory]
    [InlineData("purpose", "nonsense", "purpose", "invalid_value")]
    [InlineData("expires_after[seconds]", "10", "expires_after.anchor", "invalid_value")]
    [InlineData("expires_after[anchor]", "created_at", "expires_after.seconds", "invalid_value")]
    [InlineData("file", "no file", "file", "missing_required_parameter")]
    public async Task What_a_form_must_not_say_is_refused_and_nothing_is_left(string field, string value, string param, string code)
    {
        await using var gateway = await FilesGateway.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent(field == "purpose" ? value : "batch"), "purpose" } };
        form.Add(new StringContent(value), field == "purpose" ? "other" : field);
        if (field != "file")
        {
            form.Add(new ByteArrayContent([1, 2, 3]), "file", "f");
        }

        var (status, json) = await gateway.SendAsync(HttpMethod.Post, "/v1/files", form);

        var error = json.GetProperty("error");
        Assert.Equal((400, param, code), (status, Text(error, "param"), Text(error, "code")));
        Assert.Empty(Directory.GetFiles(gateway.Folder));
        Assert.Empty(Ids((await gateway.GetAsync("/v1/files")).Json));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_while_it_comes()
    {
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Files = new FileSettings { MaxMegabytes = 1 } });
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new ByteArrayContent(new byte[2 * 1024 * 1024]), "file", "f" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = form, Headers = { TransferEncodingChunked = true } };

        using var answer = await gateway.Gateway.Client.SendAsync(request, Token);

        Assert.Equal((413, "file_too_large"), await ErrorAnswer.ReadAsync(answer) is var error ? (error.Status, error.Code) : default);
        Assert.Empty(Directory.GetFiles(gateway.Folder));
    }

    [Fact]
    public async Task The_files_of_others_are_not_there()
    {
        await using var guarded = await GuardedGateway.StartAsync(change: configuration => configuration with { Files = new FileSettings { Store = FileKeeper.Gateway } });
        var (_, mine) = await guarded.CreateKeyAsync();
        var (_, theirs) = await guarded.CreateKeyAsync();
        async Task<(int Status, JsonElement Json)> AskAsync(HttpMethod method, string path, string key, HttpContent? content = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = content, Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
            using var answer = await guarded.Gateway.Client.SendAsync(request, Token);
            return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(Token)));
        }

        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new ByteArrayContent("{}"u8.ToArray()), "file", "f" } };
        var id = Text((await AskAsync(HttpMethod.Post, "/v1/files", mine, form)).Json, "id");

        Assert.Equal(200, (await AskAsync(HttpMethod.Get, $"/v1/files/{id}", mine)).Status);
        Assert.Equal([id], Ids((await AskAsync(HttpMethod.Get, "/v1/files", mine)).Json));
        Assert.Empty(Ids((await AskAsync(HttpMethod.Get, "/v1/files", theirs)).Json));
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Get, "/content"), (HttpMethod.Delete, "") })
        {
            Assert.Equal(404, (await AskAsync(method, $"/v1/files/{id}{path}", theirs)).Status);
        }

        Assert.Equal(200, (await AskAsync(HttpMethod.Get, $"/v1/files/{id}", mine)).Status);
    }

    [Theory]
    [InlineData("openai", "auto", null, "/v1/files", true)]
    [InlineData("openai", "auto", "gateway", "/v1/files", false)]
    [InlineData("openai", "gateway", null, "/v1/files", false)]
    [InlineData("openai", "gateway", "provider", "/v1/files", true)]
    [InlineData("openai", "gateway", null, "/v1/files?provider=up", true)]
    [InlineData("openai", "auto", null, "/v1/files/file-abc", true)]
    [InlineData("openai", "auto", null, "/v1/files/file-sb0123456789abcdef0123456789abcdef", false)]
    [InlineData("openai", "auto", null, "/v1/batches", true)]
    [InlineData("vllm", "auto", null, "/v1/files", false)]
    [InlineData("vllm", "auto", null, "/v1/batches", false)]
    [InlineData("vllm", "provider", null, "/v1/files", true)]
    [InlineData("vllm", "auto", "provider", "/v1/files", true)]
    public async Task A_call_goes_to_a_provider_that_has_files_unless_somebody_says_otherwise(string type, string store, string? wish, string path, bool isRelayed)
    {
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Files = new FileSettings { Store = Enum.Parse<FileKeeper>(store, ignoreCase: true) } }, type: type);
        gateway.Upstream.Otherwise(_ => UpstreamAnswer.Json("{}"));

        var (status, _) = await gateway.SendAsync(HttpMethod.Get, path, null, null, wish is null ? ("x-none", "1") : ("x-switchboard-files", wish));

        Assert.Equal(isRelayed, gateway.Upstream.Requests.Count == 1);
        Assert.Equal(path.Contains("file-sb", StringComparison.Ordinal) ? 404 : 200, status);
    }

    [Fact]
    public async Task A_wish_that_is_none_is_refused()
    {
        await using var gateway = await FilesGateway.StartAsync();

        Assert.Equal(400, (await gateway.SendAsync(HttpMethod.Get, "/v1/files", null, null, ("x-switchboard-files", "elsewhere"))).Status);
    }

    [Fact]
    public async Task A_gateway_that_is_to_keep_no_files_keeps_none()
    {
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with { Files = new FileSettings { Store = FileKeeper.Provider } });

        Assert.Equal(400, (await gateway.SendAsync(HttpMethod.Get, "/v1/files", null, null, ("x-switchboard-files", "gateway"))).Status);
    }

    internal static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    internal static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("data").EnumerateArray().Select(item => Text(item, "id"));
}
