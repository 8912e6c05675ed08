using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Switchboard.Gateway.Relay;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class SocketPumpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_reads_slowly_holds_the_other_up(bool callerIsSlow)
    {
        var (caller, provider) = (new End(), new End());
        var running = SocketPump.RunAsync(caller, provider, Token);
        var (fast, slow) = callerIsSlow ? (provider, caller) : (caller, provider);

        // The pipe to the slow end takes 64 KB and then no more; so much more than that cannot have been read.
        var feeding = fast.FeedAsync(4_000_000);
        await slow.WhenHeldAsync();

        Assert.False(feeding.IsCompleted);
        await slow.DrainAsync(4_000_000);
        await feeding;
        await caller.LeaveAsync();
        Assert.Equal(SocketEnd.CallerLeft, await running);
    }

    [Fact]
    public async Task Bytes_pass_both_ways_at_once_until_the_provider_closes()
    {
        var (caller, provider) = (new End(), new End());
        var running = SocketPump.RunAsync(caller, provider, Token);

        await caller.SendAsync("up");
        await provider.SendAsync("down");

        Assert.Equal(("down", "up"), (await caller.ReceiveAsync(4), await provider.ReceiveAsync(2)));
        await provider.LeaveAsync();
        Assert.Equal(SocketEnd.ProviderClosed, await running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_breaks_is_told(bool isProvider)
    {
        var (caller, provider) = (new End(), new End());
        var running = SocketPump.RunAsync(caller, provider, Token);

        await (isProvider ? provider : caller).LeaveAsync(new IOException("reset"));

        Assert.Equal(isProvider ? SocketEnd.ProviderBroke : SocketEnd.CallerLeft, await running);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("8105 48656c6c6f", true)]
    [InlineData("8105 48656c6c", false)]
    [InlineData("81", false)]
    [InlineData("817e", false)]
    [InlineData("817e 0003 616263", true)]
    [InlineData("827f 0000000000000002 6162", true)]
    [InlineData("827f 0000000000000002 61", false)]
    [InlineData("8182 01020304 6060", true)]
    [InlineData("8182 010203", false)]
    [InlineData("0101 61 8900", true)]
    [InlineData("8802 03e8", false)]
    public async Task A_caller_is_told_when_it_ends_from_outside_if_no_frame_is_half_sent(string frames, bool isTold)
    {
        using var stopping = new CancellationTokenSource();
        var (caller, provider) = (new End(), new End());
        var running = SocketPump.RunAsync(caller, provider, stopping.Token);
        var sent = Convert.FromHexString(frames.Replace(" ", "", StringComparison.Ordinal));
        foreach (var value in sent)
        {
            await provider.SendAsync([value]);
        }

        await caller.WhenWrittenAsync(sent.Length);
        await provider.WhenAskedAsync();
        await stopping.CancelAsync();
        await running.WithinAsync("the end", Token);

        Assert.Equal(isTold ? [.. sent, 0x88, 2, 0x03, 0xE9] : sent, await caller.AllWrittenAsync());
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_it()
    {
        using var leaving = new CancellationTokenSource();
        var running = SocketPump.RunAsync(new End(), new End(), leaving.Token);

        await leaving.CancelAsync();

        Assert.Equal(SocketEnd.CallerLeft, await running.WithinAsync("the end", Token));
    }

    /// <summary>One end: what its peer sent is read by the pump, what the pump writes is kept until the peer takes it.</summary>
    private sealed class End : Stream
    {
        private readonly Pipe _in = new();
        private readonly Pipe _out = new();
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private volatile bool _isAsked;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

        public async Task SendAsync(byte[] bytes) => await _in.Writer.WriteAsync(bytes, Token);

        public async Task WhenWrittenAsync(int bytes)
        {
            if (bytes > 0)
            {
                var read = await _out.Reader.ReadAtLeastAsync(bytes, Token);
                _out.Reader.AdvanceTo(read.Buffer.Start);
            }
        }

        public async Task WhenAskedAsync()
        {
            while (!_isAsked)
            {
                Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        public async Task<byte[]> AllWrittenAsync()
        {
            await _out.Writer.CompleteAsync();
            var read = await _out.Reader.ReadAsync(Token);
            return read.Buffer.ToArray();
        }

        public async Task FeedAsync(int bytes)
        {
            for (var left = bytes; left > 0; left -= 10_000)
            {
                await _in.Writer.WriteAsync(new byte[10_000], Token);
            }
        }

        public Task WhenHeldAsync() => _held.Task.WithinAsync("the pump to be held up", Token);

        public async Task<string> ReceiveAsync(int count)
        {
            var read = await _out.Reader.ReadAtLeastAsync(count, Token);
            return Encoding.ASCII.GetString(read.Buffer.FirstSpan);
        }

        public async Task DrainAsync(int bytes)
        {
            while (bytes > 0)
            {
                var read = await _out.Reader.ReadAsync(Token);
                bytes -= (int)read.Buffer.Length;
                _out.Reader.AdvanceTo(read.Buffer.End);
            }
        }

        public async Task LeaveAsync(Exception? fault = null) => await _in.Writer.CompleteAsync(fault);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _isAsked = true;
            try
            {
                return await _in.Reader.AsStream().ReadAsync(buffer, cancellationToken);
            }
            finally
            {
                _isAsked = false;
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var write = _out.Writer.WriteAsync(buffer, cancellationToken);
            if (!write.IsCompleted)
            {
                _held.TrySetResult();
            }

            await write;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
