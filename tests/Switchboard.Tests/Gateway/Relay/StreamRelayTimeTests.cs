using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class StreamRelayTimeTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private readonly RecordingSink _sink = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    [Fact]
    public async Task Fifteen_seconds_of_silence_give_a_comment_and_then_the_stream_goes_on()
    {
        _upstream.HoldEvents();
        using var provider = ProviderAt();
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await _upstream.ReleaseAsync(1, Token);
        var first = await _sink.ReadUntilAsync("\n\n");

        _time.Advance(TimeSpan.FromSeconds(14));
        _time.Advance(TimeSpan.FromSeconds(1));
        var comment = await _sink.ReadUntilAsync("\n\n");
        _upstream.Requests[0].ReleaseRest();
        await running.WithinAsync("the call", Token);
        var rest = await _sink.ReadAllAsync();

        Assert.StartsWith("data: ", first, StringComparison.Ordinal);
        Assert.Equal(": keep-alive\n\n", comment);
        Assert.EndsWith("[DONE]\n\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_leaves_after_commit_after_though_nothing_came()
    {
        _upstream.Misbehave(Misbehaviour.HangBeforeHeaders);
        using var provider = ProviderAt();
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await _upstream.WaitForRequestAsync(Token);

        _time.Advance(TimeSpan.FromSeconds(9));
        var before = _sink.IsCommitted;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _sink.Committed.WithinAsync("the commit", Token);
        _time.Advance(TimeSpan.FromSeconds(15));
        var comment = await _sink.ReadUntilAsync("\n\n");
        _time.Advance(TimeSpan.FromSeconds(5));
        var outcome = await running.WithinAsync("the call", Token);

        Assert.False(before);
        Assert.Equal(": keep-alive\n\n", comment);
        Assert.False(outcome.IsError);
        Assert.Equal("upstream_timeout", CodeOf(await _sink.ReadAllAsync()));
    }

    [Fact]
    public async Task No_head_in_time_is_504_while_nothing_is_committed()
    {
        _upstream.Misbehave(Misbehaviour.HangBeforeHeaders);
        using var provider = ProviderAt(settings => settings with { CommitAfter = TimeSpan.FromMinutes(5) });
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await _upstream.WaitForRequestAsync(Token);

        _time.Advance(TimeSpan.FromSeconds(30));
        var outcome = await running.WithinAsync("the call", Token);

        Assert.Equal((504, "The provider 'up' did not answer within 30 s."), (outcome.Error?.Status, outcome.Error?.Body.Message));
        Assert.False(_sink.IsCommitted);
        await _upstream.WaitForDisconnectAsync(Token);
    }

    [Fact]
    public async Task Silence_in_the_middle_is_one_error_event()
    {
        _upstream.Misbehave(Misbehaviour.HangAfterEvents(1));
        using var provider = ProviderAt(settings => settings with { IdleTimeout = TimeSpan.FromSeconds(10) });
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await _sink.ReadUntilAsync("\n\n");

        _time.Advance(TimeSpan.FromSeconds(10));
        await running.WithinAsync("the call", Token);

        Assert.Equal("upstream_timeout", CodeOf(await _sink.ReadAllAsync()));
        await _upstream.WaitForDisconnectAsync(Token);
    }

    [Fact]
    public async Task Our_comments_do_not_hide_the_silence()
    {
        _upstream.Misbehave(Misbehaviour.HangAfterEvents(1));
        using var provider = ProviderAt(settings => settings with { IdleTimeout = TimeSpan.FromSeconds(40) });
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await _sink.ReadUntilAsync("\n\n");

        _time.Advance(TimeSpan.FromSeconds(15));
        await _sink.ReadUntilAsync(": keep-alive\n\n");
        _time.Advance(TimeSpan.FromSeconds(15));
        await _sink.ReadUntilAsync(": keep-alive\n\n");
        _time.Advance(TimeSpan.FromSeconds(10));
        await running.WithinAsync("the call", Token);

        Assert.Equal("upstream_timeout", CodeOf(await _sink.ReadAllAsync()));
    }

    [Fact]
    public async Task Commit_after_zero_commits_at_once()
    {
        _upstream.Misbehave(Misbehaviour.InvalidApiKey);
        using var provider = ProviderAt(settings => settings with { CommitAfter = TimeSpan.Zero });

        var outcome = await provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token);

        Assert.False(outcome.IsError);
        Assert.Equal("invalid_api_key", CodeOf(await _sink.ReadAllAsync()));
    }

    [Theory]
    [InlineData(true, "hang before headers")]
    [InlineData(true, "hang after headers")]
    [InlineData(true, "hang after 2 events")]
    [InlineData(false, "hang before headers")]
    [InlineData(false, "hang after headers")]
    [InlineData(false, "hang before the end")]
    public async Task A_caller_who_leaves_takes_the_upstream_call_along(bool stream, string misbehaviour)
    {
        _upstream.Misbehave(Misbehaviour.Named(misbehaviour));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var provider = ProviderAt();
        var running = provider.RunAsync(Calls.Chat(stream, sink: _sink), leaving.Token).AsTask();
        await _upstream.WaitForRequestAsync(Token);
        if (misbehaviour == "hang after 2 events")
        {
            await _sink.Committed.WithinAsync("the commit", Token);
        }

        await leaving.CancelAsync();

        await _upstream.WaitForDisconnectAsync(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_caller_who_reads_no_more_takes_the_upstream_call_along()
    {
        _upstream.HoldEvents();
        using var provider = ProviderAt();
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await _upstream.ReleaseAsync(1, Token);
        await _sink.ReadUntilAsync("\n\n");

        await _sink.Reader.CompleteAsync();
        await _upstream.ReleaseAsync(1, Token);

        await _upstream.WaitForDisconnectAsync(Token);
        Assert.False((await running.WithinAsync("the call", Token)).IsError);
    }

    [Fact]
    public async Task A_slow_caller_holds_up_the_reading_and_loses_nothing()
    {
        var slow = new RecordingSink(isSlow: true);
        _upstream.Say(string.Join(' ', Enumerable.Repeat("word", 500)));
        using var provider = ProviderAt();
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: slow), Token).AsTask();
        await slow.Committed.WithinAsync("the commit", Token);
        Assert.False(running.IsCompleted);

        var text = new System.Text.StringBuilder();
        while (!text.ToString().Contains("[DONE]", StringComparison.Ordinal))
        {
            text.Append(await slow.ReadUntilAsync("\n\n"));
        }

        Assert.False((await running.WithinAsync("the call", Token)).IsError);
        Assert.Equal(503, ServerSentEvents.Split(text.ToString()).Count);
    }

    private OpenAICompatibleProvider ProviderAt(Func<ProviderSettings, ProviderSettings>? change = null) =>
        Provider.At(_upstream.BaseUrl, _time, settings => (change ?? (same => same))(settings with { Timeout = TimeSpan.FromSeconds(30), IdleTimeout = TimeSpan.FromMinutes(2) }));

    private static string? CodeOf(string text)
    {
        var last = ServerSentEvents.Split(text)[^1];
        return JsonElement.Parse(last["data: ".Length..]).GetProperty("error").GetProperty("code").GetString();
    }
}
