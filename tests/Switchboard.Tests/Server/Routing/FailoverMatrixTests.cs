using System.Net;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Routing;

/// <summary>
/// Over real sockets: whatever a provider does wrong before the first byte of its answer has gone out, the next one
/// answers and the caller sees nothing of it; after that the answer ends with an error event, and nobody else is asked.
/// </summary>
public sealed class FailoverMatrixTests
{
    public static TheoryData<string, bool> BeforeTheFirstByte { get; } = Both(
        "refuse connections",
        "reset before headers",
        "reset after headers",
        "close before headers",
        "chunked garbage",
        "hang before headers",
        "hang after headers",
        "HTML page with 200",
        "HTML page with 502",
        "empty body",
        "invalid UTF-8",
        "gzip-encoded answer",
        "401 invalid_api_key",
        "404 model_not_found",
        "429 insufficient_quota",
        "429 with Retry-After: 1",
        "503 unavailable",
        "529 overloaded",
        "500 server_error",
        "307 to /elsewhere");

    public static TheoryData<string> AfterTheFirstByte { get; } =
    [
        "reset after 2 events", "close after 2 events", "clean early end after 2 events", "malformed JSON in an event", "error event after 2 events",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(BeforeTheFirstByte))]
    public async Task The_next_provider_answers(string fault, bool stream)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await RoutedGateway.StartAsync(2, row => row with { Deadline = TimeSpan.FromSeconds(20) }, time: time);
        gateway.Upstreams[0].Misbehave(Misbehaviour.Named(fault));

        var asking = gateway.SendAsync(stream);
        if (fault.StartsWith("hang", StringComparison.Ordinal))
        {
            await gateway.Upstreams[0].WaitForRequestAsync(Token);
            await AdvanceUntilAsync(time, asking);
        }

        using var answer = await asking;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await CheckWholeAsync(answer, stream);
        Assert.Equal(("b", "2"), (RoutedGateway.Of(answer, "provider"), RoutedGateway.Of(answer, "attempts")));
        Assert.Matches("^a/m-a=[45][0-9][0-9], b/m-b=answered$", RoutedGateway.Of(answer, "tried"));
        Assert.Equal("m-b", Assert.Single(gateway.Upstreams[1].Requests).Json.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("""{"error":{"message":"Overloaded","type":"overloaded_error"}}""")]
    [InlineData("""{"id":"chatcmpl-1","object":"chat.""")]
    public async Task A_stream_whose_first_event_is_none_is_followed_by_the_next(string first)
    {
        await using var gateway = await RoutedGateway.StartAsync(2);
        gateway.Upstreams[0].ReplyStream(": keep-alive\n\n", ServerSentEvents.Data(first));

        using var answer = await gateway.SendAsync(stream: true);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await CheckWholeAsync(answer, stream: true);
        Assert.Equal("b", RoutedGateway.Of(answer, "provider"));
    }

    [Theory]
    [MemberData(nameof(AfterTheFirstByte))]
    public async Task Once_a_byte_is_out_the_stream_ends_with_an_error_and_nobody_else_is_asked(string fault)
    {
        await using var gateway = await RoutedGateway.StartAsync(2, row => row with { Deadline = TimeSpan.FromSeconds(20) });
        gateway.Upstreams[0].Misbehave(Misbehaviour.Named(fault));

        using var answer = await gateway.SendAsync(stream: true);
        var events = ServerSentEvents.Split(await answer.Content.ReadAsStringAsync(Token));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("data: {\"error\":", events[^1], StringComparison.Ordinal);
        Assert.Single(events, one => one.Contains("\"error\"", StringComparison.Ordinal));
        Assert.Equal(("a", "1", null), (RoutedGateway.Of(answer, "provider"), RoutedGateway.Of(answer, "attempts"), RoutedGateway.Of(answer, "tried")));
        Assert.Empty(gateway.Upstreams[1].Requests);
    }

    [Fact]
    public async Task When_all_fail_the_caller_reads_the_first_error_and_sees_all_attempts()
    {
        await using var gateway = await RoutedGateway.StartAsync(3);
        gateway.Upstreams[0].Misbehave(Misbehaviour.RateLimited);
        gateway.Upstreams[1].Misbehave(Misbehaviour.ServerError);
        gateway.Upstreams[2].Misbehave(Misbehaviour.RefuseConnections);

        using var answer = await gateway.SendAsync();

        var error = await ErrorAnswer.ReadAsync(answer);
        Assert.Equal((429, "rate_limit_exceeded"), (error.Status, error.Code));
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
        Assert.Equal(("3", "a/m-a=429, b/m-b=502, c/m-c=502"), (RoutedGateway.Of(answer, "attempts"), RoutedGateway.Of(answer, "tried")));
    }

    [Fact]
    public async Task Callers_steer_by_headers()
    {
        await using var gateway = await RoutedGateway.StartAsync(3, deployment: one => one with { Tags = one.Provider == "a" ? ["us"] : ["eu", one.Provider] });

        using var tagged = await gateway.SendAsync(headers: ("x-switchboard-tags", "c, eu"));
        using var pinned = await gateway.SendAsync(headers: ("x-switchboard-deployment", "b/m-b"));
        using var ofProvider = await gateway.SendAsync(headers: ("x-switchboard-provider", "c"));
        using var unknown = await gateway.SendAsync(headers: ("x-switchboard-tags", "mars"));

        Assert.Equal(["c/m-c", "b/m-b", "c/m-c"], new[] { tagged, pinned, ofProvider }.Select(answer => RoutedGateway.Of(answer, "deployment")));
        Assert.Equal("No deployment has the tag 'mars' (x-switchboard-tags). There are: b, c, eu, us.", (await ErrorAnswer.ReadAsync(unknown)).Message);
    }

    [Fact]
    public async Task A_slow_provider_is_overtaken_and_its_connection_closed()
    {
        await using var gateway = await RoutedGateway.StartAsync(2, row => row with { HedgeAfter = new(TimeSpan.FromMilliseconds(50)) });
        gateway.Upstreams[0].HoldEvents();

        using var answer = await gateway.SendAsync(stream: true);
        await CheckWholeAsync(answer, stream: true);

        Assert.Equal(("b", "2", "a/m-a=running, b/m-b=answered"), (RoutedGateway.Of(answer, "provider"), RoutedGateway.Of(answer, "attempts"), RoutedGateway.Of(answer, "tried")));
        await gateway.Upstreams[0].WaitForDisconnectAsync(Token);
    }

    [Fact]
    public async Task A_form_whose_provider_cannot_be_reached_goes_to_the_next_with_its_name_for_the_model()
    {
        await using var gateway = await RoutedGateway.StartAsync(2);
        gateway.Upstreams[0].RefuseConnections();
        gateway.Upstreams[1].On("/v1/audio/transcriptions", _ => UpstreamAnswer.Json("""{"text":"hello"}"""));
        using var form = new MultipartFormDataContent("b") { { new StringContent("m"), "model" }, { new ByteArrayContent(new byte[100_000]), "file", "a.mp3" } };

        using var answer = await gateway.Gateway.Client.PostAsync("/v1/audio/transcriptions", form, Token);

        Assert.Equal(("""{"text":"hello"}""", "b/m-b"), (await answer.Content.ReadAsStringAsync(Token), RoutedGateway.Of(answer, "deployment")));
        Assert.Contains("\r\n\r\nm-b\r\n", Assert.Single(gateway.Upstreams[1].Requests).BodyText, StringComparison.Ordinal);
    }

    private static TheoryData<string, bool> Both(params ReadOnlySpan<string> faults)
    {
        var data = new TheoryData<string, bool>();
        foreach (var fault in faults)
        {
            data.Add(fault, false);
            data.Add(fault, true);
        }

        return data;
    }

    private static async Task CheckWholeAsync(HttpResponseMessage answer, bool stream)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        if (stream)
        {
            Assert.EndsWith(ServerSentEvents.Done, text, StringComparison.Ordinal);
        }

        Assert.Contains(stream ? "chat.completion.chunk" : "\"chat.completion\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"error\"", text, StringComparison.Ordinal);
    }

    private static async Task AdvanceUntilAsync(ManualTimeProvider time, Task task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Token);
        }
    }
}
