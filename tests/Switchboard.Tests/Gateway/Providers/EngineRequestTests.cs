using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Providers;

public sealed class EngineRequestTests
{
    [Fact]
    public async Task What_no_header_can_carry_stays_behind_and_keeps_the_cache_apart_all_the_same()
    {
        await using var upstream = ReplayUpstream.Start();
        using var provider = Provider.At(upstream.BaseUrl, change: settings => settings with { Extensions = ExtensionHandling.Engine });
        var chat = Calls.Chat();
        var call = new GatewayCall
        {
            Operation = chat.Operation,
            Path = chat.Path,
            Body = chat.Body,
            Facts = chat.Facts,
            RequestId = chat.RequestId,
            Sink = chat.Sink,
            EngineHeaders = [new("x-tenant-id", "caf\u00e9"), new("x-dp-rank", "1"), new("x-dynamo-a", "b\r\nc: d")],
        };

        await provider.RunAsync(call, TestContext.Current.CancellationToken);

        var request = Assert.Single(upstream.Requests);
        Assert.Equal((null, "1", null, null), (request.Header("x-tenant-id"), request.Header("x-dp-rank"), request.Header("x-dynamo-a"), request.Header("c")));
        Assert.Equal("caf\u00e9", request.Json.GetProperty("cache_salt").GetString());
    }

    [Fact]
    public async Task A_cache_is_kept_apart_also_where_the_gateway_leaves_the_callers_own_word_out()
    {
        await using var upstream = ReplayUpstream.Start();
        using var provider = Provider.At(upstream.BaseUrl, change: settings => settings with { Extensions = ExtensionHandling.Engine });
        var policy = RequestPolicy.Of(new GatewayConfiguration { Server = new ServerSettings { Strict = true, DropUnsupported = true } });
        var reading = RequestReader.Read("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"cache_salt":"mine"}"""u8.ToArray(), ApiOperation.ChatCompletions, policy);
        var call = new GatewayCall
        {
            Operation = ApiOperation.ChatCompletions,
            Path = "chat/completions",
            Body = reading.Body,
            Facts = reading.Facts!,
            RequestId = "r",
            Sink = new RecordingSink(),
            EngineHeaders = [new("x-tenant-id", "t")],
        };

        await provider.RunAsync(call, TestContext.Current.CancellationToken);

        Assert.Equal(["cache_salt"], call.Dropped);
        Assert.Equal("t", Assert.Single(upstream.Requests).Json.GetProperty("cache_salt").GetString());
    }
}
