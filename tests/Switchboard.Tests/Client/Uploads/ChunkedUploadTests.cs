using System.Collections.Concurrent;
using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Uploads;
using Switchboard.Protocol.Multipart;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Helpers;
using Switchboard.Tests.Client.Transport;

namespace Switchboard.Tests.Client.Uploads;

/// <summary>Large files in parts.</summary>
public sealed class ChunkedUploadTests
{
    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 10).Select(value => (byte)('a' + value))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Sources => ["bytes", "stream", "pipe", "factory", "path"];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task PartsKeepTheirOrderWhateverTheSource(string source)
    {
        await using var server = new UploadServer();
        var progress = new List<UploadProgress>();

        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, s_bytes, Token);
        var upload = await server.Test.Client.Uploads.UploadFileAsync(FileFrom(source, path), "batch", new() { PartBytes = 3, Parallelism = 3, Md5 = "0af", Progress = new Told(progress.Add) }, cancellationToken: Token);
        File.Delete(path);

        Assert.Equal("file-1", upload.Value.File?.Id);
        Assert.Equal(["abc", "def", "ghi", "j"], server.Completed!.Value.GetProperty("part_ids").EnumerateArray().Select(id => server.Parts[id.GetString()!]));
        Assert.Equal("0af", server.Completed!.Value.GetProperty("md5").GetString());
        Assert.Equal(10, server.Created!.Value.GetProperty("bytes").GetInt32());
        Assert.Equal(new UploadProgress(10, 10, 4, 4), progress[^1]);
        Assert.Equal([0, 1, 2, 3, 4], progress.Select(done => done.PartsDone));
    }

    [Fact]
    public async Task APartThatFailsIsSentAgain()
    {
        await using var server = new UploadServer { Faults = 2 };

        await server.Test.Client.Uploads.UploadFileAsync(FileFrom("pipe", ""), "batch", new() { PartBytes = 5 }, cancellationToken: Token);

        Assert.Equal(["abcde", "fghij"], server.Completed!.Value.GetProperty("part_ids").EnumerateArray().Select(id => server.Parts[id.GetString()!]));
    }

    [Fact]
    public async Task AnUploadThatFailsIsCancelled()
    {
        await using var server = new UploadServer { Refuses = true };

        await Assert.ThrowsAsync<ApiBadRequestException>(() => server.Test.Client.Uploads.UploadFileAsync(FileFrom("bytes", ""), "batch", new() { PartBytes = 3 }, cancellationToken: Token));

        Assert.Contains(server.Test.Upstream.Requests, request => request.Path == "/v1/uploads/upload_1/cancel");
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("stream")]
    [InlineData("pipe")]
    public async Task PartsAreSentTogetherAndNoMoreThanAllowed(string source)
    {
        await using var server = new UploadServer { Gathering = new(2) };

        await server.Test.Client.Uploads.UploadFileAsync(FileFrom(source, ""), "batch", new() { PartBytes = 1, Parallelism = 2 }, cancellationToken: Token);

        Assert.Equal(2, server.Gathering.Most);
        Assert.Equal("abcdefghij", string.Concat(server.Completed!.Value.GetProperty("part_ids").EnumerateArray().Select(id => server.Parts[id.GetString()!])));
    }

    [Fact]
    public async Task ASmallFileIsOnePart()
    {
        await using var server = new UploadServer();

        await server.Test.Client.Uploads.UploadFileAsync(FileFrom("pipe", ""), "batch", cancellationToken: Token);

        Assert.Equal(["/v1/uploads", "/v1/uploads/upload_1/parts", "/v1/uploads/upload_1/complete"], server.Test.Upstream.Requests.Select(request => request.Path));
        Assert.Equal("abcdefghij", Assert.Single(server.Parts.Values));
    }

    [Fact]
    public async Task CancellingCancelsTheUpload()
    {
        await using var server = new UploadServer { Gathering = new(100) };
        using var leaving = new CancellationTokenSource();

        var uploading = server.Test.Client.Uploads.UploadFileAsync(FileFrom("bytes", ""), "batch", new() { PartBytes = 3 }, cancellationToken: leaving.Token);
        await server.Test.Upstream.WaitForRequestAsync(Token);
        await server.Test.Upstream.WaitForRequestAsync(Token);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => uploading);
        Assert.Contains(server.Test.Upstream.Requests, request => request.Path == "/v1/uploads/upload_1/cancel");
        Assert.Null(server.Completed);
    }

    [Fact]
    public async Task AWrongSumFailsAndCancels()
    {
        await using var server = new UploadServer { Md5 = "right" };

        var fault = await Assert.ThrowsAsync<ApiBadRequestException>(() => server.Test.Client.Uploads.UploadFileAsync(FileFrom("bytes", ""), "batch", new() { Md5 = "wrong" }, cancellationToken: Token));

        Assert.Contains("md5", fault.Message, StringComparison.Ordinal);
        Assert.Contains(server.Test.Upstream.Requests, request => request.Path == "/v1/uploads/upload_1/cancel");
    }

    [Fact]
    public async Task AStreamThatEndsTooSoonFailsAndCancels()
    {
        await using var server = new UploadServer();
        await using var pipe = new Pipe(new MemoryStream(s_bytes));

        var fault = await Assert.ThrowsAsync<IOException>(() => server.Test.Client.Uploads.UploadFileAsync(UploadFile.FromStream(pipe, "f", length: 11), "batch", new() { PartBytes = 4, Parallelism = 1 }, cancellationToken: Token));

        Assert.Contains("11 bytes", fault.Message, StringComparison.Ordinal);
        Assert.Contains(server.Test.Upstream.Requests, request => request.Path == "/v1/uploads/upload_1/cancel");
    }

    [Fact]
    public async Task AFileThatShrinksMeanwhileFailsAndCancels()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, s_bytes, Token);
        await using var server = new UploadServer();
        var progress = new Told(done => { if (done.PartsDone == 1) { File.WriteAllBytes(path, s_bytes[..5]); } });

        await Assert.ThrowsAsync<IOException>(() => server.Test.Client.Uploads.UploadFileAsync(path, "batch", new() { PartBytes = 5, Parallelism = 1, Progress = progress }, cancellationToken: Token));

        File.Delete(path);
        Assert.Contains(server.Test.Upstream.Requests, request => request.Path == "/v1/uploads/upload_1/cancel");
        Assert.Null(server.Completed);
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("pipe")]
    public async Task AnUploadGoesOnAfterACrash(string source)
    {
        await using var server = new UploadServer { RefusedPart = "ghi" };
        var saved = "";
        var chunks = new ChunkedUploadOptions { PartBytes = 3, Parallelism = 1, Checkpoint = (state, _) => { saved = state.ToJson(); return ValueTask.CompletedTask; } };
        await Assert.ThrowsAsync<ApiBadRequestException>(() => server.Test.Client.Uploads.UploadFileAsync(FileFrom(source, ""), "batch", chunks, cancellationToken: Token));
        Assert.DoesNotContain(server.Test.Upstream.Requests, request => request.Path.EndsWith("/cancel", StringComparison.Ordinal));

        server.RefusedPart = null;
        var before = server.Test.Upstream.Requests.Count;
        await server.Test.Client.Uploads.UploadFileAsync(FileFrom(source, ""), "batch", new() { Resume = ResumableUpload.FromJson(saved) }, cancellationToken: Token);

        Assert.Equal(3, server.Test.Upstream.Requests.Count - before);
        Assert.Equal(["abc", "def", "ghi", "j"], server.Completed!.Value.GetProperty("part_ids").EnumerateArray().Select(id => server.Parts[id.GetString()!]));
    }

    [Fact]
    public async Task AnUploadThatExpiredSaysSo()
    {
        await using var server = new UploadServer();
        var state = new ResumableUpload { UploadId = "upload_1", FileName = "f", Bytes = 10, PartBytes = 5, PartIds = ["p", null], ExpiresAt = DateTimeOffset.UnixEpoch };

        var fault = await Assert.ThrowsAsync<UploadExpiredException>(() => server.Test.Client.Uploads.UploadFileAsync(FileFrom("bytes", ""), "batch", new() { Resume = state }, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => server.Test.Client.Uploads.UploadFileAsync(FileFrom("bytes", ""), "batch", new() { Resume = state with { Bytes = 9 } }, cancellationToken: Token));

        Assert.Equal(DateTimeOffset.UnixEpoch, fault.ExpiresAt);
        Assert.Empty(server.Test.Upstream.Requests);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData((8L * 1024 * 1024 * 1024) + 1)]
    [InlineData(null)]
    public async Task SizesThatCannotBeAreRefusedBeforeTheWire(long? length)
    {
        await using var server = new UploadServer();
        using var stream = new Pipe(Stream.Null);

        await Assert.ThrowsAsync<ArgumentException>(() => server.Test.Client.Uploads.UploadFileAsync(UploadFile.FromStream(stream, "f", length: length), "batch", cancellationToken: Token));

        Assert.Empty(server.Test.Upstream.Requests);
    }

    [Fact]
    public async Task MemoryStaysWithinThePartsThatAreSent()
    {
        const int Part = 8 * 1024 * 1024;
        const long Length = 100L * 1024 * 1024;
        using var handler = new SwallowingHandler();
        using var source = new Zeros(Length, () => handler.Swallowed);
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "sk-test", ReadsEnvironment = false, HttpHandler = handler });

        await client.Uploads.UploadFileAsync(UploadFile.FromStream(source, "zeros", length: Length), "batch", new() { PartBytes = Part, Parallelism = 3 }, cancellationToken: Token);

        Assert.True(handler.Swallowed >= Length);
        Assert.InRange(source.MostOutstanding, 1, 3 * Part);
    }

    private static UploadFile FileFrom(string source, string path) => source switch
    {
        "bytes" => UploadFile.FromBytes(s_bytes, "f.jsonl"),
        "stream" => UploadFile.FromStream(new MemoryStream(s_bytes), "f.jsonl"),
        "pipe" => UploadFile.FromStream(new Pipe(new MemoryStream(s_bytes)), "f.jsonl", length: s_bytes.Length),
        "factory" => UploadFile.FromFactory(_ => ValueTask.FromResult<Stream>(new MemoryStream(s_bytes)), "f.jsonl", length: s_bytes.Length),
        _ => UploadFile.FromPath(path),
    };

    private sealed class Told(Action<UploadProgress> report) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => report(value);
    }

    /// <summary>The operations of uploads as the API has them.</summary>
    private sealed class UploadServer : IAsyncDisposable
    {
        private int _parts;

        public UploadServer()
        {
            const string Upload = """{"id":"upload_1","object":"upload","bytes":10,"created_at":1,"filename":"f","purpose":"batch","status":"pending","expires_at":4102444800""";
            Test.Upstream
                .On("/v1/uploads", request => { Created = request.Json; return UpstreamAnswer.Json(Upload + "}"); })
                .On("/v1/uploads/upload_1/parts", PartAsync)
                .On("/v1/uploads/upload_1/cancel", _ => UpstreamAnswer.Json(Upload + "}"))
                .On("/v1/uploads/upload_1/complete", request => Complete(request, Upload + ""","file":{"id":"file-1","object":"file"}}"""));
        }

        // The time that giving up is allowed is no wait between attempts.
        public ClientUnderTest Test { get; } = ClientUnderTest.Start(options => options.TimeProvider = new HastyTimeProvider(TimeSpan.FromSeconds(9)));

        public ConcurrentDictionary<string, string> Parts { get; } = new();

        public JsonElement? Created { get; private set; }

        public JsonElement? Completed { get; private set; }

        public int Faults { get; set; }

        public bool Refuses { get; init; }

        public string? RefusedPart { get; set; }

        public string? Md5 { get; init; }

        public Gathering Gathering { get; init; } = new(1);

        public ValueTask DisposeAsync() => Test.DisposeAsync();

        private UpstreamAnswer Complete(UpstreamRequest request, string upload)
        {
            if (Md5 is not null && request.Json.GetProperty("md5").GetString() != Md5)
            {
                return UpstreamAnswer.Json("""{"error":{"message":"The md5 does not match","type":"invalid_request_error"}}""", 400);
            }

            Completed = request.Json;
            return UpstreamAnswer.Json(upload);
        }

        private async Task<UpstreamAnswer> PartAsync(UpstreamRequest request, CancellationToken cancellationToken)
        {
            await Gathering.PassAsync(cancellationToken);
            return Part(request);
        }

        private UpstreamAnswer Part(UpstreamRequest request)
        {
            var content = request.BodyText.Split("\r\n\r\n")[1].Split("\r\n--")[0];
            if (Faults > 0)
            {
                Faults--;
                return UpstreamAnswer.Json("{}").With(Misbehaviour.ServerError);
            }

            if (Refuses || content == RefusedPart)
            {
                return UpstreamAnswer.Json("""{"error":{"message":"No","type":"invalid_request_error"}}""", 400);
            }

            var id = $"part_{Interlocked.Increment(ref _parts)}";
            Parts[id] = content;
            return UpstreamAnswer.Json($$"""{"id":"{{id}}","object":"upload.part","created_at":1,"upload_id":"upload_1"}""");
        }
    }

    /// <summary>Bytes that cannot be read again.</summary>
    private class Pipe(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>Zeros, and how many of them were read and not yet sent at the most.</summary>
    private sealed class Zeros(long length, Func<long> sent) : Pipe(Null)
    {
        private long _read;

        public long MostOutstanding { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(buffer.Length, length - _read);
            _read += count;
            MostOutstanding = Math.Max(MostOutstanding, _read - sent());
            return ValueTask.FromResult(count);
        }
    }

    /// <summary>A server that takes everything.</summary>
    private sealed class SwallowingHandler : HttpMessageHandler
    {
        private long _swallowed;

        public long Swallowed => Interlocked.Read(ref _swallowed);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/parts", StringComparison.Ordinal))
            {
                await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
                Interlocked.Add(ref _swallowed, request.Content.Headers.ContentLength ?? 0);
            }

            return new HttpResponseMessage { Content = new StringContent("""{"id":"x"}""") };
        }
    }
}
