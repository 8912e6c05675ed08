using System.Collections.Concurrent;
using Switchboard.Client;
using Switchboard.Client.VectorStores;
using Switchboard.Protocol.Multipart;
using Switchboard.Protocol.VectorStores;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Helpers;
using Switchboard.Tests.Client.Transport;

namespace Switchboard.Tests.Client.VectorStores;

/// <summary>Files that go into a vector store from here.</summary>
public sealed class UploadTests
{
    private const string Batches = "/v1/vector_stores/vs_1/file_batches";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FilesGoUpTogetherAndJoinInTheirOrder()
    {
        await using var test = ClientUnderTest.Start();
        var uploads = new Uploads(test, together: 3);
        test.Upstream.On(Batches, _ => UpstreamAnswer.Json(Batch("in_progress"))).On(Batches + "/vsfb_1", _ => UpstreamAnswer.Json(Batch("completed")));

        var batch = await test.Client.VectorStores.FileBatches.UploadAndWaitAsync(
            "vs_1",
            Files(9),
            new VectorStoreUploadOptions { Parallelism = 3, FileIds = ["file-old"], ChunkingStrategy = new AutoChunkingStrategy(), Attributes = new Dictionary<string, AttributeValue> { ["year"] = 2026 } },
            options: new CallOptions { IdempotencyKey = "once" },
            cancellationToken: Token);

        Assert.Equal(VectorStoreFileBatchStatus.Completed, batch.Value.Status);
        Assert.Equal(3, uploads.Gathering.Most);
        var request = Assert.Single(test.Upstream.Requests, request => request.Path == Batches);
        Assert.Equal(["file-old", .. Enumerable.Range(0, 9).Select(i => $"file-f{i}.txt")], request.Json.GetProperty("file_ids").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(("auto", 2026), (request.Json.GetProperty("chunking_strategy").GetProperty("type").GetString(), request.Json.GetProperty("attributes").GetProperty("year").GetInt32()));
        Assert.Equal(["once"], test.Upstream.Requests.Select(each => each.Header("Idempotency-Key")).OfType<string>());
        Assert.All(uploads.Bodies, body => Assert.Contains("assistants", body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task FilesThatFailAreNamedAndNothingIsAdded()
    {
        await using var test = ClientUnderTest.Start();
        _ = new Uploads(test, together: 1) { Refused = ["f1.txt", "f3.txt"] };
        var missing = UploadFile.FromPath("/nowhere/f9.txt");

        var fault = await Assert.ThrowsAsync<FileUploadsException>(() => test.Client.VectorStores.FileBatches.UploadAndWaitAsync("vs_1", [.. Files(5), missing], cancellationToken: Token));

        Assert.Equal(["f1.txt", "f3.txt", "f9.txt"], fault.Failures.Select(failure => failure.File.FileName));
        Assert.IsType<ApiBadRequestException>(fault.Failures[0].Fault);
        Assert.IsAssignableFrom<IOException>(fault.Failures[2].Fault);
        Assert.Equal(["file-f0.txt", "file-f2.txt", "file-f4.txt"], fault.UploadedFileIds);
        Assert.Contains("3 of 6 files", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsTransient);
        Assert.All(test.Upstream.Requests, request => Assert.Equal("/v1/files", request.Path));
    }

    [Fact]
    public async Task CancellingEndsTheUploads()
    {
        await using var test = ClientUnderTest.Start();
        _ = new Uploads(test, together: 100);
        using var leaving = new CancellationTokenSource();

        var uploading = test.Client.VectorStores.FileBatches.UploadAndWaitAsync("vs_1", Files(5), new VectorStoreUploadOptions { Parallelism = 2 }, cancellationToken: leaving.Token);
        await test.Upstream.WaitForRequestAsync(Token);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => uploading);
        Assert.All(test.Upstream.Requests, request => Assert.Equal("/v1/files", request.Path));
    }

    [Fact]
    public async Task NoFileIsNoBatch()
    {
        await using var test = ClientUnderTest.Start();

        await Assert.ThrowsAsync<ArgumentException>(() => test.Client.VectorStores.FileBatches.UploadAndWaitAsync("vs_1", [], cancellationToken: Token));

        Assert.Empty(test.Upstream.Requests);
    }

    private static IEnumerable<UploadFile> Files(int count) => Enumerable.Range(0, count).Select(i => UploadFile.FromBytes("text"u8.ToArray(), $"f{i}.txt"));

    private static string Batch(string status) => $$$"""{"id":"vsfb_1","object":"vector_store.files_batch","vector_store_id":"vs_1","status":"{{{status}}}","created_at":1,"file_counts":{"total":9,"completed":9,"failed":0,"cancelled":0,"in_progress":0}}""";

    /// <summary>The uploads of files.</summary>
    private sealed class Uploads
    {
        public Uploads(ClientUnderTest test, int together)
        {
            Gathering = new(together);
            test.Upstream.On("/v1/files", AnswerAsync);
        }

        public Gathering Gathering { get; }

        public ConcurrentBag<string> Bodies { get; } = [];

        public string[] Refused { get; init; } = [];

        private async Task<UpstreamAnswer> AnswerAsync(UpstreamRequest request, CancellationToken cancellationToken)
        {
            Bodies.Add(request.BodyText);
            var name = request.BodyText.Split("filename=\"")[1].Split('"')[0];
            await Gathering.PassAsync(cancellationToken);
            return Refused.Contains(name)
                ? UpstreamAnswer.Json("""{"error":{"message":"No","type":"invalid_request_error"}}""", 400)
                : UpstreamAnswer.Json($$"""{"id":"file-{{name}}","object":"file"}""");
        }
    }
}
