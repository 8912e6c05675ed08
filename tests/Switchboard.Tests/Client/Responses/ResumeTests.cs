using System.Globalization;
using Switchboard.Client;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Transport;

namespace Switchboard.Tests.Client.Responses;

/// <summary>Streams of responses made in the background, which outlive their connections.</summary>
public sealed class ResumeTests
{
    private const string Path = "/v1/responses/resp_1";
    private static readonly ResponseRequest s_request = new() { Model = "o3", Input = "Think" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Cuts => ["reset", "closed", "ended in order"];

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task EachEventComesOnceAndInOrderOverAnyCut(string kind)
    {
        await using var test = ClientUnderTest.Start();
        var cut = kind switch
        {
            "reset" => Misbehaviour.ResetAfterEvents(2),
            "closed" => Misbehaviour.CloseAfterEvents(2),
            _ => Misbehaviour.EndAfterEvents(2),
        };
        test.Upstream.Reply(Events(0, 7).With(cut)).Reply(Events(2, 7).With(cut)).Reply(Events(4, 7));

        var seen = await ReadAsync(test.Client.Responses.StreamAndResumeAsync(s_request, cancellationToken: Token));

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], seen);
        Assert.Equal(["POST /v1/responses", $"GET {Path}?stream=true&starting_after=1", $"GET {Path}?stream=true&starting_after=3"], test.Upstream.Requests.Select(request => $"{request.Method} {request.Path}{request.Query}"));
        Assert.True(test.Upstream.Requests[0].Json.GetProperty("background").GetBoolean());
        Assert.True(test.Upstream.Requests[0].Json.GetProperty("stream").GetBoolean());
    }

    [Fact]
    public async Task AServerThatStartsOverIsNotHeardTwice()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(Events(0, 5).With(Misbehaviour.CloseAfterEvents(3))).Reply(Events(0, 5));

        Assert.Equal([0, 1, 2, 3, 4, 5], await ReadAsync(test.Client.Responses.StreamAndResumeAsync(s_request, cancellationToken: Token)));
    }

    [Fact]
    public async Task AnotherProcessGoesOnAfterAnEvent()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(Events(42, 44).With(Misbehaviour.ResetBeforeHeaders)).Reply(Events(42, 44).With(Misbehaviour.CloseAfterEvents(1))).Reply(Events(43, 44));

        Assert.Equal([42, 43, 44], await ReadAsync(test.Client.Responses.ResumeAsync("resp_1", 41, cancellationToken: Token)));

        Assert.Equal(["?stream=true&starting_after=41", "?stream=true&starting_after=41", "?stream=true&starting_after=42"], test.Upstream.Requests.Select(request => request.Query));
    }

    [Fact]
    public async Task AfterSoManyCutsWithoutAnEventItGivesUp()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.On("/v1/responses", _ => Events(0, 5).With(Misbehaviour.CloseAfterEvents(2))).On(Path, _ => Events(0, 5).With(Misbehaviour.CloseAfterEvents(1)));
        var seen = new List<long>();

        await Assert.ThrowsAsync<ApiConnectionException>(() => ReadAsync(test.Client.Responses.StreamAndResumeAsync(s_request, maxReconnects: 3, cancellationToken: Token), seen));

        Assert.Equal([0, 1], seen);
        Assert.Equal(4, test.Upstream.Requests.Count);
    }

    [Fact]
    public async Task AnEventMakesGoodForTheCutsBeforeIt()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(Events(0, 9).With(Misbehaviour.CloseAfterEvents(1)));
        for (var next = 1; next < 9; next++)
        {
            test.Upstream.Reply(Events(next, 9).With(Misbehaviour.CloseAfterEvents(1)));
        }

        test.Upstream.Reply(Events(9, 9));

        Assert.Equal(10, (await ReadAsync(test.Client.Responses.StreamAndResumeAsync(s_request, maxReconnects: 1, cancellationToken: Token))).Count);
    }

    [Fact]
    public async Task ErrorsOfTheServerPassThrough()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(Events(0, 5).With(Misbehaviour.ErrorAfterEvents(2)));
        await Assert.ThrowsAsync<ApiStreamException>(() => ReadAsync(test.Client.Responses.StreamAndResumeAsync(s_request, cancellationToken: Token)));

        test.Upstream.Reply(Events(0, 5).With(Misbehaviour.CloseAfterEvents(2))).Reply(404, """{"error":{"message":"Deleted","type":"invalid_request_error"}}""");
        await Assert.ThrowsAsync<ApiNotFoundException>(() => ReadAsync(test.Client.Responses.StreamAndResumeAsync(s_request, cancellationToken: Token)));

        Assert.Equal(3, test.Upstream.Requests.Count);
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"0","sequence_number":0}""")]
    [InlineData("""{"type":"response.created","response":{"id":"resp_1","object":"response","created_at":1,"model":"o3","output":[],"status":"queued"}}""")]
    public async Task WithoutAnIdOrNumbersItIsNotResumed(string json)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Stream(ServerSentEvents.FromJson([json])));

        await Assert.ThrowsAsync<ApiConnectionException>(() => ReadAsync(test.Client.Responses.StreamAndResumeAsync(s_request, cancellationToken: Token)));

        Assert.Single(test.Upstream.Requests);
    }

    [Fact]
    public async Task LeavingTheLoopAndCancellingClose()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(Events(0, 5).With(Misbehaviour.HangAfterEvents(2))).Reply(Events(0, 5).With(Misbehaviour.HangAfterEvents(2)));
        await foreach (var item in test.Client.Responses.StreamAndResumeAsync(s_request, cancellationToken: Token))
        {
            break;
        }

        await test.Upstream.WaitForDisconnectAsync(Token);
        using var leaving = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in test.Client.Responses.ResumeAsync("resp_1", cancellationToken: Token).WithCancellation(leaving.Token))
            {
                await leaving.CancelAsync();
            }
        });
        await test.Upstream.WaitForDisconnectAsync(Token);

        Assert.Equal(2, test.Upstream.Requests.Count);
    }

    [Fact]
    public async Task EventsOfTomorrowCountToo()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Stream(ServerSentEvents.FromJson([Event(0, 3), """{"type":"response.tomorrow","nested":{"sequence_number":9},"sequence_number":1}"""]))).Reply(Events(2, 3));

        await foreach (var item in test.Client.Responses.StreamAndResumeAsync(s_request, cancellationToken: Token))
        {
        }

        Assert.Equal("?stream=true&starting_after=1", test.Upstream.Requests[1].Query);
    }

    private static Task<List<long>> ReadAsync(IAsyncEnumerable<ResponseStreamEvent> events) => ReadAsync(events, []);

    private static async Task<List<long>> ReadAsync(IAsyncEnumerable<ResponseStreamEvent> events, List<long> seen)
    {
        await foreach (var item in events)
        {
            seen.Add(item switch
            {
                ResponseCreatedEvent created => created.SequenceNumber,
                ResponseTextDeltaEvent delta => long.Parse(delta.Delta, CultureInfo.InvariantCulture),
                ResponseCompletedEvent completed => completed.SequenceNumber,
                _ => -1,
            });
        }

        return seen;
    }

    private static UpstreamAnswer Events(int first, int last) => UpstreamAnswer.Stream(ServerSentEvents.FromJson(Enumerable.Range(first, last - first + 1).Select(number => Event(number, last))));

    private static string Event(int number, int last) =>
        number == 0 ? """{"type":"response.created","response":{"id":"resp_1","object":"response","created_at":1,"model":"o3","output":[],"status":"queued"},"sequence_number":0}"""
        : number == last ? $$"""{"type":"response.completed","response":{"id":"resp_1","object":"response","created_at":1,"model":"o3","output":[],"status":"completed"},"sequence_number":{{number}}}"""
        : $$"""{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"{{number}}","sequence_number":{{number}}}""";
}
