using System.Text;
using System.Text.Json;
using Switchboard.Client.Batches;
using Switchboard.Protocol.Batches;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Calls;
using Switchboard.Tests.Client.Transport;

namespace Switchboard.Tests.Client.Batches;

/// <summary>The files of batches: requests going in, results coming out.</summary>
public sealed class BatchFileTests
{
    private const string Good = """{"id":"b1","custom_id":"a","response":{"status_code":200,"request_id":"req_1","body":{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi"}}]}},"error":null}""";
    private const string Refused = """{"id":"b2","custom_id":"b","response":{"status_code":429,"request_id":"req_2","body":{"error":{"message":"Slow down","type":"requests","code":"rate_limit_exceeded"}}},"error":null}""";
    private const string Expired = """{"id":"b3","custom_id":"c","response":null,"error":{"code":"batch_expired","message":"This request could not be executed before the completion window expired."}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachRequestIsALine()
    {
        using var file = new MemoryStream();
        var raw = RawJson.Parse("{\n  \"input\": \"a\\nb\"\r\n}"u8);

        await BatchFile.WriteAsync(
            file,
            [
                BatchEntry.Of("ä\"1", new ChatCompletionRequest([new UserMessage("Line\nbreak")], "m")),
                BatchEntry.Of("2", new EmbeddingRequest("text", "m")),
                BatchEntry.Of("3", "/v1/tomorrow", raw),
                BatchEntry.Of("4", "/v1/own", JsonElement.Parse("""{"mine":1}"""), OwnTypes.Default.JsonElement),
            ],
            Token);

        var lines = Encoding.UTF8.GetString(file.ToArray()).Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Empty(lines[4]);
        var requests = lines[..4].Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(["ä\"1 POST /v1/chat/completions", "2 POST /v1/embeddings", "3 POST /v1/tomorrow", "4 POST /v1/own"], requests.Select(line => $"{line.GetProperty("custom_id")} {line.GetProperty("method")} {line.GetProperty("url")}"));
        Assert.Equal("Line\nbreak", requests[0].GetProperty("body").GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal("a\nb", requests[2].GetProperty("body").GetProperty("input").GetString());
        Assert.True(file.CanWrite);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task ResultsAreReadHoweverTheyCome(int pieces)
    {
        await using var file = new Trickle(Encoding.UTF8.GetBytes($"{Good}\r\n\n{Refused}\n   \n{Expired}"), pieces);

        var results = await BatchFile.ReadResultsAsync(file, Token).ToListAsync(Token);

        Assert.Equal(["a", "b", "c"], results.Select(result => result.CustomId));
        Assert.Equal("Hi", results[0].Read<ChatCompletion>().Choices[0].Message.Content);
        Assert.Equal((200, "req_1"), (results[0].Status, results[0].RequestId));
        Assert.Null(results[0].Error);
        Assert.Equal((429, "rate_limit_exceeded", "Slow down"), (results[1].Status, results[1].Error?.Code, results[1].Error?.Message));
        Assert.Equal((null, "batch_expired"), (results[2].Status, results[2].Error?.Code));
        Assert.Null(results[2].Body);

        var fault = Assert.Throws<BatchRequestException>(() => results[1].Read<ChatCompletion>());
        Assert.Equal(("b", 429, true), (fault.CustomId, fault.Status, fault.IsTransient));
        Assert.Throws<BatchRequestException>(() => results[2].Read(OwnTypes.Default.JsonElement));
    }

    [Theory]
    [InlineData("""{"custom_id":"b","resp""")]
    [InlineData("[]")]
    [InlineData("""{"custom_id":1}""")]
    [InlineData("""{"custom_id":"b","response":{"status_code":"x"}}""")]
    public async Task ALineThatIsNoResultIsTold(string line)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"{Good}\n{line}\n{Good}"));
        var seen = 0;

        var fault = await Assert.ThrowsAsync<JsonException>(async () =>
        {
            await foreach (var result in BatchFile.ReadResultsAsync(file, Token))
            {
                seen++;
            }
        });

        Assert.Equal((1, 2L), (seen, fault.LineNumber));
    }

    [Fact]
    public async Task ARequestWithoutAnyAnswerFailed()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes("""{"custom_id":"a","response":null,"error":null}"""));

        var result = Assert.Single(await BatchFile.ReadResultsAsync(file, Token).ToListAsync(Token));

        Assert.NotNull(result.Error);
        Assert.Throws<BatchRequestException>(() => result.Read<ChatCompletion>());
    }

    [Fact]
    public async Task RequestsGoUpAsAFileAndABatchIsMadeOfIt()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(500, "{}").Reply(200, """{"id":"file-1","object":"file"}""").Reply(200, """{"id":"batch_1","object":"batch","status":"validating"}""");

        var batch = await test.Client.Batches.UploadAndCreateAsync(
            Enumerable.Range(0, 1000).Select(i => BatchEntry.Of($"q{i}", new EmbeddingRequest($"text {i}", "m"))),
            new Dictionary<string, string> { ["job"] = "nightly" },
            cancellationToken: Token);

        Assert.Equal("batch_1", batch.Value.Id);
        var upload = test.Upstream.Requests[1];
        Assert.Equal("/v1/files", upload.Path);
        Assert.Equal(1000, upload.BodyText.Split('\n').Count(line => line.StartsWith("{\"custom_id\"", StringComparison.Ordinal)));
        var request = test.Upstream.Requests[2].Json;
        Assert.Equal(("file-1", "/v1/embeddings", "24h", "nightly"), (request.GetProperty("input_file_id").GetString(), request.GetProperty("endpoint").GetString(), request.GetProperty("completion_window").GetString(), request.GetProperty("metadata").GetProperty("job").GetString()));
    }

    [Fact]
    public async Task RequestsThatMakeNoBatchAreRefusedBeforeTheWire()
    {
        await using var test = ClientUnderTest.Start();
        var one = BatchEntry.Of("1", new EmbeddingRequest("text", "m"));

        await Assert.ThrowsAsync<ArgumentException>(() => test.Client.Batches.UploadAndCreateAsync([], cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => test.Client.Batches.UploadAndCreateAsync([one, one], cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => test.Client.Batches.UploadAndCreateAsync([one, BatchEntry.Of("2", new ChatCompletionRequest([], "m"))], cancellationToken: Token));
        Assert.Throws<ArgumentException>(() => BatchEntry.Of("", new EmbeddingRequest("text", "m")));

        Assert.Empty(test.Upstream.Requests);
    }

    [Fact]
    public async Task TheResultsOfABatchAreThoseOfBothItsFiles()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream
            .On("/v1/files/file-out/content", _ => UpstreamAnswer.Text(Good + "\n", "application/octet-stream"))
            .On("/v1/files/file-err/content", _ => UpstreamAnswer.Text(Refused + "\n" + Expired + "\n", "application/octet-stream"));
        var batch = WireJson.Deserialize<Batch>("""{"id":"batch_1","status":"expired","output_file_id":"file-out","error_file_id":"file-err"}"""u8);

        var results = await test.Client.Batches.ReadResultsAsync(batch, cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(["a: succeeded", "b", "c"], results.Select(result => result.Error is null ? result.ToString() : result.CustomId));
        Assert.Empty(await test.Client.Batches.ReadResultsAsync(batch with { OutputFileId = null, ErrorFileId = null }, cancellationToken: Token).ToListAsync(Token));
    }

    /// <summary>A file that comes in pieces.</summary>
    private sealed class Trickle(byte[] bytes, int pieces) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, pieces)], cancellationToken);
    }
}
