using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Tests.Protocol.Multipart;

public sealed class MultipartUploadTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"upload-{Guid.NewGuid():N}.wav");
    private readonly string _link = Path.Combine(Path.GetTempPath(), $"upload-{Guid.NewGuid():N}.link");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        File.Delete(_link);
        File.Delete(_path);
    }

    [Fact]
    public async Task A_file_larger_than_memory_passes_through_one_buffer()
    {
        const long Length = 3L << 30;
        var source = new ZeroStream(Length);
        var form = FormOf(UploadFile.FromFactory(_ => ValueTask.FromResult<Stream>(source), "film.mp4", length: Length));
        var destination = new CountingStream();
        Assert.True(form.TryGetLength(out var expected));

        // Neither stream waits, so all of it runs on this thread, whose allocations are counted.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var writing = form.WriteToAsync(destination, Token);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(writing.IsCompletedSuccessfully);
        await writing;
        Assert.Equal(expected, destination.Written);
        Assert.InRange(destination.Written, Length, Length + 1000);
        Assert.InRange(allocated, 0, 160 * 1024);
        Assert.InRange(destination.LargestWrite, 1, 128 * 1024);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Each_read_is_written_before_the_next()
    {
        var destination = new CountingStream();
        var seen = new List<(long Read, long Written)>();
        var source = new ZeroStream(30, bytesPerRead: 10) { BeforeRead = read => seen.Add((read, destination.Written)) };

        await FormOf(UploadFile.FromStream(source, "live.pcm")).WriteToAsync(destination, Token);

        var head = seen[1].Written - 10;
        Assert.Equal([(0, 0), (10, head + 10), (20, head + 20), (30, head + 30)], seen);
    }

    [Fact]
    public async Task Cancelling_stops_in_the_middle_and_disposes_the_stream()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var source = new ZeroStream(1 << 30) { BeforeRead = read => CancelAt(read, cancellation) };
        var destination = new CountingStream();
        var form = FormOf(UploadFile.FromFactory(_ => ValueTask.FromResult<Stream>(source), "film.mp4"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => form.WriteToAsync(destination, cancellation.Token));

        Assert.InRange(destination.Written, 1 << 20, 2 << 20);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task A_destination_that_fails_closes_the_file()
    {
        var source = new ZeroStream(1 << 20);
        var form = FormOf(UploadFile.FromFactory(_ => ValueTask.FromResult<Stream>(source), "film.mp4"));
        using var full = new MemoryStream(new byte[1000]);

        await Assert.ThrowsAsync<NotSupportedException>(() => form.WriteToAsync(full, Token));

        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Sending_again_gives_the_same_bytes()
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        await File.WriteAllBytesAsync(_path, content, Token);
        using var seekable = new MemoryStream(content) { Position = 1000 };
        var form = FormOf(
            UploadFile.FromPath(_path),
            UploadFile.FromBytes(content, "bytes.bin"),
            UploadFile.FromStream(seekable, "stream.bin"),
            UploadFile.FromFactory(_ => ValueTask.FromResult<Stream>(new ForwardStream(content)), "made.bin"));
        Assert.True(form.CanResend);

        var first = await BytesOf(form);
        var second = await BytesOf(form);

        Assert.Equal(first, second);
        Assert.True(first.Length > 799_000 && first.AsSpan().IndexOf(content.AsSpan(1000)) > 0);
        Assert.True(seekable.CanRead, "the caller's stream was disposed");
    }

    [Fact]
    public async Task A_stream_that_cannot_seek_is_sent_once()
    {
        var stream = new ForwardStream("live"u8.ToArray());
        var form = FormOf(UploadFile.FromStream(stream, "live.txt"));
        Assert.False(form.CanResend);
        Assert.False(form.TryGetLength(out _));
        Assert.Contains("\r\n\r\nlive\r\n", Encoding.UTF8.GetString(await BytesOf(form)), StringComparison.Ordinal);
        using var destination = new MemoryStream();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => form.WriteToAsync(destination, Token));

        Assert.Contains("'live.txt'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, destination.Length);
        Assert.False(stream.IsDisposed);
    }

    [Theory]
    [InlineData(9, "longer than the 9 bytes")]
    [InlineData(11, "ended after 10 of the 11 bytes")]
    public async Task A_file_that_is_not_as_long_as_declared_breaks_the_upload(long declared, string said)
    {
        var source = new ForwardStream(new byte[10]);
        var form = FormOf(UploadFile.FromStream(source, "a.bin", length: declared));
        using var destination = new MemoryStream();

        var fault = await Assert.ThrowsAsync<IOException>(() => form.WriteToAsync(destination, Token));

        Assert.Contains("'a.bin'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("--\r\n", Encoding.UTF8.GetString(destination.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    public async Task A_file_that_changes_after_its_length_was_told_breaks_the_upload(int length)
    {
        await File.WriteAllBytesAsync(_path, new byte[10], Token);
        var form = FormOf(UploadFile.FromPath(_path));
        Assert.True(form.TryGetLength(out _));
        await File.WriteAllBytesAsync(_path, new byte[length], Token);

        await Assert.ThrowsAsync<IOException>(() => BytesOf(form));

        // Told anew, it is what it is.
        Assert.True(form.TryGetLength(out var told));
        Assert.Equal(told, (await BytesOf(form)).Length);
    }

    [Fact]
    public async Task A_file_that_says_zero_is_read_to_its_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc.");
        var form = FormOf(UploadFile.FromPath("/proc/self/status"));

        Assert.False(form.TryGetLength(out _));
        Assert.Contains("Pid:", Encoding.UTF8.GetString(await BytesOf(form)), StringComparison.Ordinal);
        Assert.True(form.CanResend);
    }

    [Fact]
    public async Task A_link_is_as_long_as_its_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets few make a link.");
        await File.WriteAllBytesAsync(_path, new byte[10], Token);
        File.CreateSymbolicLink(_link, Path.GetFileName(_path));
        var form = FormOf(UploadFile.FromPath(_link));

        Assert.True(form.TryGetLength(out var length));

        Assert.Equal(length, (await BytesOf(form)).Length);
    }

    [Fact]
    public async Task A_path_to_a_pipe_is_sent_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc.");
        using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = writer.ClientSafePipeHandle;
        var form = FormOf(UploadFile.FromPath($"/proc/self/fd/{reader.DangerousGetHandle()}"));
        await writer.WriteAsync("live"u8.ToArray(), Token);
        writer.Dispose();

        Assert.Contains("\r\n\r\nlive\r\n", Encoding.UTF8.GetString(await BytesOf(form)), StringComparison.Ordinal);

        Assert.False(form.CanResend);
        await Assert.ThrowsAsync<InvalidOperationException>(() => BytesOf(form));
    }

    [Fact]
    public async Task A_missing_file_shows_at_the_send()
    {
        var file = UploadFile.FromPath(_path);

        Assert.Null(file.Length);
        await Assert.ThrowsAsync<FileNotFoundException>(() => BytesOf(FormOf(file)));
    }

    [Theory]
    [InlineData("a.mp3", "audio/mpeg")]
    [InlineData("a.WAV", "audio/wav")]
    [InlineData("a.mp4", "video/mp4")]
    [InlineData("a.jpeg", "image/jpeg")]
    [InlineData("a.b.pdf", "application/pdf")]
    [InlineData("a.json", "application/json")]
    [InlineData("a.jsonl", "application/jsonl")]
    [InlineData("a.txt", "text/plain")]
    [InlineData("dir/a.zip", "application/zip")]
    [InlineData("a.safetensors", "application/octet-stream")]
    [InlineData("mp3", "application/octet-stream")]
    [InlineData("a.", "application/octet-stream")]
    public void The_extension_tells_the_content_type(string fileName, string contentType) =>
        Assert.Equal(contentType, UploadFile.FromBytes(default, fileName).ContentType);

    [Fact]
    public async Task A_file_says_what_it_is()
    {
        await File.WriteAllBytesAsync(_path, new byte[10], Token);
        using var stream = new MemoryStream(new byte[10]) { Position = 4 };

        Assert.Equal((Path.GetFileName(_path), "audio/wav", 10L, true), FactsOf(UploadFile.FromPath(_path)));
        Assert.Equal(("b", "audio/x", 10L, true), FactsOf(UploadFile.FromPath(_path, "audio/x", "b")));
        Assert.Equal(("b", "application/octet-stream", 3L, true), FactsOf(UploadFile.FromBytes(new byte[3], "b")));
        Assert.Equal(("b", "application/octet-stream", 6L, true), FactsOf(UploadFile.FromStream(stream, "b", length: 99)));
        Assert.Equal(("b", "application/octet-stream", null, false), FactsOf(UploadFile.FromStream(new ForwardStream([]), "b")));
        Assert.Equal(("b", "application/octet-stream", 7L, true), FactsOf(UploadFile.FromFactory(_ => default, "b", length: 7)));
    }

    [Fact]
    public void What_is_no_file_is_refused()
    {
        using var closed = new MemoryStream();
        closed.Dispose();

        Assert.Throws<ArgumentException>(() => UploadFile.FromPath(""));
        Assert.Throws<ArgumentException>(() => UploadFile.FromPath("/tmp/"));
        Assert.Throws<ArgumentException>(() => UploadFile.FromBytes(default, ""));
        Assert.Throws<ArgumentException>(() => UploadFile.FromBytes(default, "a", "text/plain\r\nX-Evil: 1"));
        Assert.Throws<ArgumentException>(() => UploadFile.FromBytes(default, "a", " "));
        Assert.Throws<ArgumentException>(() => UploadFile.FromStream(closed, "a"));
        Assert.Throws<ArgumentOutOfRangeException>(() => UploadFile.FromFactory(_ => default, "a", length: -1));
    }

    private static (string, string, long?, bool) FactsOf(UploadFile file) => (file.FileName, file.ContentType, file.Length, file.CanResend);

    private static MultipartForm FormOf(params ReadOnlySpan<UploadFile> files)
    {
        var form = new MultipartForm();
        form.Add("purpose", "user_data");
        foreach (var file in files)
        {
            form.Add("file", file);
        }

        return form;
    }

    private static async Task<byte[]> BytesOf(MultipartForm form)
    {
        using var body = new MemoryStream();
        await form.WriteToAsync(body, Token);
        return body.ToArray();
    }

    private static void CancelAt(long read, CancellationTokenSource cancellation)
    {
        if (read >= 1 << 20)
        {
            cancellation.Cancel();
        }
    }
}
