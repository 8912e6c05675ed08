using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class UploadContentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_is_released_is_read_no_more()
    {
        var body = new SilentBody();
        using var content = new UploadContent(body);
        var sending = content.CopyToAsync(Stream.Null, Token);
        await body.WhenAsked.WithinAsync("the read", Token);

        await content.ReleaseAsync();

        Assert.True(body.IsLeft);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Null(content.CallerFault);
    }

    [Fact]
    public async Task A_body_is_sent_once_and_not_after_it_was_released()
    {
        using var sent = new UploadContent(new MemoryBody("abc"));
        using var released = new UploadContent(new MemoryBody("abc"));
        using var to = new MemoryStream();

        await sent.CopyToAsync(to, Token);
        await released.ReleaseAsync();

        Assert.Equal("abc", System.Text.Encoding.ASCII.GetString(to.ToArray()));
        await Assert.ThrowsAsync<HttpRequestException>(() => sent.CopyToAsync(to, Token));
        await Assert.ThrowsAsync<HttpRequestException>(() => released.CopyToAsync(to, Token));
        await sent.ReleaseAsync();
    }

    /// <summary>A caller that sends nothing.</summary>
    private sealed class SilentBody : UploadBody
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WhenAsked => _asked.Task;

        public bool IsLeft { get; private set; }

        public override string? ContentType => null;

        public override long? Length => null;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            _asked.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                IsLeft = true;
            }

            return 0;
        }
    }
}
