using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Faults;

/// <summary>A provider that sends one byte a second, by a clock that the test moves.</summary>
public sealed class SlowProviderTests
{
    private const string Event = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingSink _sink = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_is_kept_alive_and_comes_to_its_end()
    {
        var wire = ServerSentEvents.Data(Event) + ServerSentEvents.Done;
        await using var upstream = ReplayUpstream.Start().Reply(ByteByByte(UpstreamAnswer.Stream([wire])));
        using var provider = Provider.At(upstream.BaseUrl, _time);
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();

        await TrickleAsync(upstream, wire.Length);

        Assert.False((await running.WithinAsync("the call", Token)).IsError);
        var text = await _sink.ReadAllAsync();
        Assert.Contains(": keep-alive\n\n", text, StringComparison.Ordinal);
        Assert.Equal(wire, text.Replace(": keep-alive\n\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_total_limit_ends_what_no_silence_does()
    {
        var wire = string.Concat(Enumerable.Repeat(ServerSentEvents.Data(Event), 5));
        await using var upstream = ReplayUpstream.Start().Reply(ByteByByte(UpstreamAnswer.Stream([wire])));
        using var provider = At(upstream, settings => settings with { TotalTimeout = TimeSpan.FromSeconds(100) });
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();

        await TrickleAsync(upstream, 100);

        Assert.False((await running.WithinAsync("the call", Token)).IsError);
        var last = ServerSentEvents.Split(await _sink.ReadAllAsync())[^1];
        var error = JsonElement.Parse(last["data: ".Length..]).GetProperty("error");
        Assert.Equal(("upstream_timeout", "The provider 'up' did not finish its answer within 100 s."), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
        await upstream.WaitForDisconnectAsync(Token);
    }

    [Theory]
    [InlineData(20, null)]
    [InlineData(600, 20)]
    public async Task A_whole_answer_has_its_time_to_the_end(int timeout, int? total)
    {
        await using var upstream = ReplayUpstream.Start().Reply(ByteByByte(UpstreamAnswer.Json(new string(' ', 100) + "{}")));
        using var provider = At(upstream, settings => settings with { Timeout = TimeSpan.FromSeconds(timeout), TotalTimeout = total is { } seconds ? TimeSpan.FromSeconds(seconds) : null });
        var running = provider.RunAsync(Calls.Chat(sink: _sink), Token).AsTask();

        await TrickleAsync(upstream, 20);

        var error = (await running.WithinAsync("the call", Token)).Error;
        Assert.Equal((504, "The provider 'up' did not answer within 20 s."), (error?.Status, error?.Body.Message));
        await upstream.WaitForDisconnectAsync(Token);
    }

    [Theory]
    [InlineData(30, 2)]
    [InlineData(0, 0)]
    public async Task The_heartbeat_is_a_setting(int seconds, int comments)
    {
        await using var upstream = ReplayUpstream.Start().HoldEvents();
        using var provider = new OpenAICompatible(upstream.BaseUrl, _time, TimeSpan.FromSeconds(seconds));
        var running = provider.Inner.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await upstream.ReleaseAsync(1, Token);
        var text = new StringBuilder(await _sink.ReadUntilAsync("\n\n"));

        for (var i = 0; i < comments; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            text.Append(await _sink.ReadUntilAsync("\n\n"));
        }

        _time.Advance(TimeSpan.FromSeconds(20));
        upstream.Requests[0].ReleaseRest();
        await running.WithinAsync("the call", Token);
        text.Append(await _sink.ReadAllAsync());

        Assert.Equal(comments, text.ToString().Split(": keep-alive").Length - 1);
    }

    [Fact]
    public async Task Garbage_between_chunks_is_one_error_event()
    {
        await using var upstream = ReplayUpstream.Start().HoldEvents().Misbehave(Misbehaviour.GarbageAfterEvents(2));
        using var provider = Provider.At(upstream.BaseUrl, _time);
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await upstream.ReleaseAsync(1, Token);
        await _sink.ReadUntilAsync("\n\n");

        await upstream.ReleaseAsync(1, Token);

        Assert.False((await running.WithinAsync("the call", Token)).IsError);
        Assert.Contains("\"code\":\"upstream_bad_response\"}}\n\n", await _sink.ReadAllAsync(), StringComparison.Ordinal);
    }

    private static UpstreamAnswer ByteByByte(UpstreamAnswer answer)
    {
        var bytes = answer.Parts[0];
        return answer with { Parts = [.. Enumerable.Range(0, bytes.Length).Select(i => bytes.Slice(i, 1))], IsHeld = true };
    }

    // A byte, a second, a byte.
    private async Task TrickleAsync(ReplayUpstream upstream, int bytes)
    {
        var request = await upstream.WaitForRequestAsync(Token);
        for (var i = 0; i < bytes; i++)
        {
            await request.ReleaseAsync(1, Token);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private Switchboard.Gateway.Providers.OpenAICompatible.OpenAICompatibleProvider At(ReplayUpstream upstream, Func<ProviderSettings, ProviderSettings> change) =>
        Provider.At(upstream.BaseUrl, _time, change);

    /// <summary>A provider made as the configuration makes it, with a heartbeat of its own.</summary>
    private sealed class OpenAICompatible(Uri baseUrl, TimeProvider time, TimeSpan heartbeat) : IDisposable
    {
        public Switchboard.Gateway.Providers.OpenAICompatible.OpenAICompatibleProvider Inner { get; } =
            (Switchboard.Gateway.Providers.OpenAICompatible.OpenAICompatibleProvider)Switchboard.Gateway.Providers.OpenAICompatible.OpenAICompatibleProvider.Create(
                "up",
                new ProviderSettings { Type = "openai", BaseUrl = baseUrl },
                Provider.Services(time) with { Heartbeat = heartbeat });

        public void Dispose() => Inner.Dispose();
    }
}
