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

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public async Task SendAsync(string text) => await _in.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), Token);

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

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _in.Reader.AsStream().ReadAsync(buffer, cancellationToken);

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
