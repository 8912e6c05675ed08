using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Deploy;

/// <summary>Real gateways behind a real nginx with the configuration of <c>deploy/nginx</c>.</summary>
public sealed class NginxTests : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("compose")]
    public async Task Nginx_takes_the_configuration(string folder)
    {
        SkipWithoutNginx();

        var (exitCode, errors) = await NginxProcess.CheckAsync(RepositoryRoot.Combine("deploy", folder, "upstream.conf"), Ends);

        Assert.True(exitCode == 0, errors);
        Assert.DoesNotContain("[warn]", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_arrives_event_by_event()
    {
        SkipWithoutNginx();
        _upstream.HoldEvents();
        await using var gateway = await StartAsync();
        await using var nginx = await NginxProcess.StartAsync([gateway.RootUrl.Authority], Ends);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(nginx.Url, "v1/chat/completions")) { Content = Chat(stream: true) };

        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ends);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Ends));
        var held = await _upstream.WaitForRequestAsync(Ends);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        foreach (var word in new[] { "\"role\"", "Hello", " from" })
        {
            // The next event is not sent before this one is here.
            await held.ReleaseAsync(Ends);
            Assert.Contains(word, await NextDataAsync(lines), StringComparison.Ordinal);
        }

        held.ReleaseRest();
        Assert.EndsWith("data: [DONE]\n\n", await lines.ReadToEndAsync(Ends), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_websocket_passes_both_ways()
    {
        SkipWithoutNginx();
        await using var echo = await EchoServer.StartAsync();
        await using var gateway = await StartAsync($"far: {{ type: openai, base_url: \"{echo.Url}v1\" }}");
        await using var nginx = await NginxProcess.StartAsync([gateway.RootUrl.Authority], Ends);
        using var socket = new ClientWebSocket();

        await socket.ConnectAsync(new Uri($"ws://{nginx.Url.Authority}/v1/realtime?model=far/talk"), Ends).WithinAsync("the websocket to open", Ends);
        await socket.SendAsync("""{"type":"response.create"}"""u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Ends);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, Ends).WithinAsync("the echo", Ends);

        Assert.Equal("""{"type":"response.create"}""", Encoding.UTF8.GetString(buffer.AsSpan(0, received.Count)));
    }

    [Fact]
    public async Task An_upload_of_thirty_megabytes_passes()
    {
        SkipWithoutNginx();
        const int Size = 30 * 1024 * 1024;
        _upstream.On("/v1/files", request => UpstreamAnswer.Json($$"""{"id":"file-1","object":"file","bytes":{{request.Body.Length}}}"""));
        await using var gateway = await StartAsync();
        await using var nginx = await NginxProcess.StartAsync([gateway.RootUrl.Authority], Ends);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("user_data"), "purpose" },
            { new ByteArrayContent(new byte[Size]), "file", "large.bin" },
        };

        using var answer = await _client.PostAsync(new Uri(nginx.Url, "v1/files"), form, Ends);

        var text = await answer.Content.ReadAsStringAsync(Ends);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.InRange(JsonElement.Parse(text).GetProperty("bytes").GetInt32(), Size, Size + 4096);
    }

    [Fact]
    public async Task What_a_caller_claims_of_its_address_is_not_believed()
    {
        SkipWithoutNginx();
        await using var gateway = await StartAsync(more: "limits: { address: { requests_per_day: 1 } }");
        await using var nginx = await NginxProcess.StartAsync([gateway.RootUrl.Authority], Ends);

        // Directly, from the proxy's own address, it is: so it was the proxy that did not pass it on.
        Assert.Equal((200, 200), (await AskFromAsync(gateway.RootUrl, "203.0.113.6"), await AskFromAsync(gateway.RootUrl, "203.0.113.7")));
        Assert.Equal((200, 429), (await AskFromAsync(nginx.Url, "203.0.113.8"), await AskFromAsync(nginx.Url, "203.0.113.9")));
    }

    [Fact]
    public async Task Where_no_gateway_answers_the_error_is_one_that_clients_read()
    {
        SkipWithoutNginx();
        await using var nginx = await NginxProcess.StartAsync([$"127.0.0.1:{QuietPort.Find()}"], Ends);

        using var answer = await _client.PostAsync(new Uri(nginx.Url, "v1/chat/completions"), Chat(), Ends);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.Contains("Retry-After"));
        Assert.Equal("no_gateway", JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ends)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task No_request_fails_while_one_gateway_after_the_other_is_restarted()
    {
        SkipWithoutNginx();

        // Streams that last, so that some always run when a gateway is told to stop.
        _upstream.On("/v1/chat/completions", request => request.BodyText.Contains("\"stream\":true", StringComparison.Ordinal)
            ? UpstreamAnswer.Stream([.. Enumerable.Range(0, 10).Select(number => ServerSentEvents.Data(Chunk(number == 9 ? "\"stop\"" : "null"))), ServerSentEvents.Done]) with { Pause = TimeSpan.FromMilliseconds(20) }
            : UpstreamAnswer.Json("""{"id":"1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"""));
        await using var first = await RestartedGateway.StartAsync(Configuration(), Ends);
        await using var second = await RestartedGateway.StartAsync(Configuration(), Ends);
        await using var nginx = await NginxProcess.StartAsync([first.Address, second.Address], Ends);
        await using var load = new SteadyLoad(nginx.Url, callers: 8);

        foreach (var gateway in new[] { first, second })
        {
            await load.UntilMoreAsync(100, Ends);
            Assert.Equal(0, await gateway.StopAsync(Ends));
            await load.UntilMoreAsync(100, Ends);
            await gateway.StartAgainAsync(Ends);
        }

        await load.UntilMoreAsync(100, Ends);
        await load.EndAsync();
        Assert.True(load.Failures.Count == 0, $"{load.Failures.Count} of {load.Answered} failed. {load.Failures.FirstOrDefault()}");
    }

    private static string Chunk(string reason) =>
        $$$"""{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":{{{reason}}}}]}""";

    private static void SkipWithoutNginx() => Assert.SkipWhen(NginxProcess.SkipReason is not null, NginxProcess.SkipReason ?? "");

    private static async Task<string> NextDataAsync(StreamReader lines)
    {
        while (true)
        {
            var line = await lines.ReadLineAsync(Ends).AsTask().WithinAsync("an event of the stream", Ends);
            Assert.NotNull(line);
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line;
            }
        }
    }

    private static StringContent Chat(bool stream = false) => new(
        $$"""{"model":"relay/gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],"stream":{{(stream ? "true" : "false")}}}""",
        Encoding.UTF8,
        "application/json");

    private async Task<int> AskFromAsync(Uri url, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "v1/chat/completions")) { Content = Chat() };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
        using var answer = await _client.SendAsync(request, Ends);
        return (int)answer.StatusCode;
    }

    private Task<GatewayProcess> StartAsync(string provider = "", string more = "") =>
        GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = Configuration(provider, more) }, Ends);

    private string Configuration(string provider = "", string more = "") => $$"""
        server: { trusted_proxies: [127.0.0.1], default_provider: relay }
        files: { store: provider }
        {{more}}
        providers:
          relay: { type: openai, base_url: "{{_upstream.BaseUrl}}", commit_after: 0s }
          {{provider}}
        """;
}
