using System.IO.Pipelines;
using System.Text;
using Switchboard.Server.Storage.Redis;
using Switchboard.Server.Storage.Redis.Resp;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Redis;

/// <summary>The connection beside a server that is a test, on the test's clock.</summary>
public sealed class RedisConnectionTests : IAsyncDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(250);

    private readonly ManualTimeProvider _time = new();
    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 64 * 1024));
    private readonly Pipe _fromServer = new();
    private readonly RedisConnection _connection;

    public RedisConnectionTests() =>
        _connection = new(new Duplex(_fromServer.Reader.AsStream(), _toServer.Writer.AsStream()), s_timeout, TimeSpan.FromSeconds(15), _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact]
    public async Task Answers_come_to_those_who_asked_in_their_order_and_what_is_said_unasked_is_passed_over()
    {
        var asked = Enumerable.Range(0, 50).Select(i => AskAsync($"ECHO {i}")).ToList();
        await AnswerAsync($">2\r\n+invalidate\r\n*0\r\n{string.Concat(Enumerable.Range(0, 50).Select(i => $":{i}\r\n"))}");

        var answers = await Task.WhenAll(asked);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), answers.Select(answer => answer.Value.Integer));
        Assert.All(answers, answer => Assert.True(answer.IsOk));
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_goes_to_who_still_wants_it_and_to_nobody_else()
    {
        var late = new TaskCompletionSource<RespValue>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var first = CommandBuffer.Of("GET", "a");
        var missed = _connection.SendAsync(first, late.SetResult);
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(RedisFault.TimedOut, (await missed).Fault);

        var next = AskAsync("GET b");
        await AnswerAsync("+a\r\n+b\r\n");

        Assert.Equal("a", (await late.Task.WithinAsync("the late answer", Cancellation)).Text);
        Assert.Equal("b", (await next).Value.Text);
    }

    [Fact]
    public async Task Each_command_has_its_own_deadline()
    {
        var first = AskAsync("A");
        _time.Advance(TimeSpan.FromMilliseconds(200));
        var second = AskAsync("B");
        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(RedisFault.TimedOut, (await first.WithinAsync("the first's deadline", Cancellation)).Fault);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(RedisFault.TimedOut, (await second.WithinAsync("the second's deadline", Cancellation)).Fault);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("*999999999\r\n")]
    [InlineData(":1\r\n:2\r\n:3\r\n:4\r\n")]
    [InlineData(null)]
    public async Task When_it_breaks_all_who_wait_are_told_at_once(string? answer)
    {
        var waiting = Enumerable.Range(0, 3).Select(i => AskAsync($"GET {i}")).ToList();
        if (answer is not null)
        {
            await AnswerAsync(answer);
        }
        else
        {
            await _fromServer.Writer.CompleteAsync();
        }

        await _connection.Ended.WithinAsync("the end", Cancellation);

        Assert.NotNull(_connection.Cause);
        Assert.All(await Task.WhenAll(waiting), reply => Assert.True(reply.Fault == RedisFault.Broken || reply.IsOk));
        Assert.Equal(RedisFault.NotConnected, (await AskAsync("GET more")).Fault);
    }

    [Fact]
    public async Task A_server_that_stays_silent_is_given_up()
    {
        var asked = AskAsync("PING");
        _time.Advance(TimeSpan.FromSeconds(16));

        await _connection.Ended.WithinAsync("the end", Cancellation);

        Assert.Equal(RedisFault.TimedOut, (await asked).Fault);
        Assert.Contains("silent", _connection.Cause!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_so_many_who_wait_others_are_sent_away_at_once()
    {
        // The server reads nothing: what is sent stays behind.
        var waiting = Enumerable.Range(0, RedisConnection.MostWaiting).Select(_ => AskAsync("PING")).ToList();

        Assert.Equal(RedisFault.Busy, (await AskAsync("PING")).Fault);
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        await _connection.DisposeAsync();
        Assert.All(await Task.WhenAll(waiting), reply => Assert.Equal(RedisFault.Broken, reply.Fault));
    }

    [Fact]
    public async Task What_waits_to_be_sent_leaves_together()
    {
        // The first fills the pipe; those behind it gather until the server reads.
        using var large = CommandBuffer.Of("SET", "k").Add(new byte[70_000]);
        var first = _connection.SendAsync(large);
        var others = Enumerable.Range(0, 100).Select(_ => AskAsync("PING")).ToList();
        var read = await _toServer.Reader.ReadAsync(Cancellation);
        _toServer.Reader.AdvanceTo(read.Buffer.End);

        var gathered = await _toServer.Reader.ReadAtLeastAsync(100 * "*1\r\n$4\r\nPING\r\n".Length, Cancellation);

        Assert.Equal(string.Concat(Enumerable.Repeat("*1\r\n$4\r\nPING\r\n", 100)), Encoding.UTF8.GetString(gathered.Buffer.FirstSpan));
        Assert.False(first.IsCompleted || others.Any(one => one.IsCompleted));
    }

    private Task<RedisReply> AskAsync(string command)
    {
        using var buffer = CommandBuffer.Of(command.Split(' '));
        return _connection.SendAsync(buffer);
    }

    private async Task AnswerAsync(string text) => await _fromServer.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), Cancellation);

    private sealed class Duplex(Stream reading, Stream writing) : Stream
    {
        private readonly CancellationTokenSource _closing = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => await GuardAsync(reading.ReadAsync(buffer, _closing.Token));

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await writing.WriteAsync(buffer, _closing.Token);
            }
            catch (OperationCanceledException)
            {
                throw new IOException("closed");
            }
        }

        private static async ValueTask<int> GuardAsync(ValueTask<int> reading)
        {
            try
            {
                return await reading;
            }
            catch (OperationCanceledException)
            {
                throw new IOException("closed");
            }
        }

        protected override void Dispose(bool disposing)
        {
            _closing.Cancel();
            base.Dispose(disposing);
        }
    }
}
