using Switchboard.Tests.Gateway.Relay.Http;

namespace Switchboard.Tests.Server.Files;

/// <summary>It counts what the whole process allocates, so nothing else may run beside it.</summary>
[Collection<Alone>]
public sealed class LargeUploadTests
{
    [Fact]
    public async Task A_large_upload_takes_no_memory_of_its_size()
    {
        const int Megabytes = 200;
        await using var gateway = await FilesGateway.StartAsync();
        await gateway.UploadAsync("warm");
        using var form = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" }, { new StreamContent(new Zeros(Megabytes * 1024L * 1024L)), "file", "big.bin" } };
        var before = GC.GetTotalAllocatedBytes();

        var (status, file) = await gateway.SendAsync(HttpMethod.Post, "/v1/files", form);

        // All that both ends of the socket ever allocated for it.
        var allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.Equal((200, Megabytes * 1024L * 1024L), (status, file.GetProperty("bytes").GetInt64()));
        Assert.InRange(allocated, 0, Megabytes * 1024L * 1024L / 4);
    }

    /// <summary>As many zeros as one wants, which nobody holds.</summary>
    private sealed class Zeros(long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(_left, count);
            Array.Clear(buffer, offset, read);
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
