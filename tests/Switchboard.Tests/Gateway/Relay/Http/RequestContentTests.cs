using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay.Http;

public sealed class RequestContentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_body_is_released_only_when_its_last_write_has_ended()
    {
        var call = Calls.Chat();
        using var content = new RequestContent(call.Body, RequestEdits.Of(call, call.Facts.Model));
        var stuck = new StuckStream();
        var writing = content.CopyToAsync(stuck, Token);

        var released = content.ReleaseAsync();
        var before = released.IsCompleted;
        stuck.Gate.SetResult();
        await released.WithinAsync("the release", Token);

        Assert.False(before);
        await writing;
    }

    [Fact]
    public async Task A_write_that_fails_releases_the_body_too()
    {
        var call = Calls.Chat();
        using var content = new RequestContent(call.Body, RequestEdits.Of(call, call.Facts.Model));
        var stuck = new StuckStream();
        var writing = content.CopyToAsync(stuck, Token);

        stuck.Gate.SetException(new IOException("reset"));

        await content.ReleaseAsync().WithinAsync("the release", Token);
        await Assert.ThrowsAnyAsync<Exception>(() => writing);
    }

    [Theory]
    [InlineData("same", "same")]
    [InlineData("a", "a much longer name")]
    [InlineData("a much longer name", "a")]
    public async Task The_length_told_is_the_length_sent(string asked, string sent)
    {
        var call = Calls.Chat(model: asked);
        using var content = new RequestContent(call.Body, RequestEdits.Of(call, sent));

        var bytes = await content.ReadAsByteArrayAsync(Token);

        Assert.Equal(content.Headers.ContentLength, bytes.Length);
        Assert.Equal(content.Length, content.Pieces.ToArray().Sum(piece => piece.Length));
        Assert.Equal(sent, Calls.Of(ApiOperation.ChatCompletions, System.Text.Encoding.UTF8.GetString(bytes)).Facts.Model);
    }

    private sealed class StuckStream : MemoryStream
    {
        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await Gate.Task;
    }
}
