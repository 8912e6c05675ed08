using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Testing.Misbehaviours;

public sealed class EventMisbehaviourTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cuts_the_json_of_one_event()
    {
        var events = await StreamAsync(Misbehaviour.MalformedEvent);

        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(events[1]["data: ".Length..]));
        Assert.Equal(ServerSentEvents.Done, events[^1]);
    }

    [Fact]
    public async Task Sends_an_event_of_ten_megabytes()
    {
        var events = await StreamAsync(Misbehaviour.GiantEvent);

        var content = JsonElement.Parse(events[1]["data: ".Length..]).GetProperty("choices")[0].GetProperty("delta").GetProperty("content");

        Assert.Equal(10 * 1024 * 1024, content.GetString()!.Length);
    }

    [Fact]
    public async Task Adds_fields_and_events_nobody_knows()
    {
        var events = await StreamAsync(Misbehaviour.UnknownFieldsAndEvents);

        Assert.StartsWith("event: x.unknown\n", events[1], StringComparison.Ordinal);
        Assert.True(JsonElement.Parse(events[2]["data: ".Length..]).TryGetProperty("x_unknown", out _));
        Assert.Equal(ServerSentEvents.Done, events[^1]);
    }

    [Fact]
    public async Task Ends_lines_with_crlf()
    {
        var text = string.Concat(await StreamAsync(Misbehaviour.CrLf));

        Assert.Equal(text.Count(c => c == '\n'), text.Split("\r\n").Length - 1);
    }

    [Fact]
    public async Task Sends_a_comment_before_each_event()
    {
        var good = await StreamAsync(null);
        var events = await StreamAsync(Misbehaviour.Comments);

        Assert.Equal(good.Count * 2, events.Count);
        Assert.All(events.Where((_, i) => i % 2 == 0), comment => Assert.Equal(": keep-alive\n\n", comment));
    }

    [Fact]
    public async Task Sends_the_usage_twice()
    {
        var events = await StreamAsync(Misbehaviour.DuplicateUsage);

        Assert.Equal(2, events.Count(e => e.Contains("\"usage\":{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Goes_on_after_done()
    {
        var events = await StreamAsync(Misbehaviour.EventsAfterDone);

        Assert.Equal(ServerSentEvents.Done, events[^3]);
        Assert.Contains("late", events[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breaks_off_with_an_error_event()
    {
        var events = await StreamAsync(Misbehaviour.ErrorAfterEvents(2));

        Assert.Equal(3, events.Count);
        Assert.Equal("server_error", JsonElement.Parse(events[2]["data: ".Length..]).GetProperty("error").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("""{"type":"response.created"}""", "sequence_number")]
    [InlineData("""{"type":"message_start"}""", "api_error")]
    public void Tells_an_error_in_the_dialect_of_the_stream(string first, string expected)
    {
        var stream = UpstreamAnswer.Stream(ServerSentEvents.FromJson([first])).With(Misbehaviour.ErrorAfterEvents(1));

        var text = System.Text.Encoding.UTF8.GetString(stream.Parts[^1].Span);

        Assert.StartsWith("event: error\n", text, StringComparison.Ordinal);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_early_in_good_order_without_done_or_finish_reason()
    {
        var text = string.Concat(await StreamAsync(Misbehaviour.EndAfterEvents(3)));

        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"finish_reason\":\"", text, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> StreamAsync(Misbehaviour? misbehaviour)
    {
        await using var upstream = ReplayUpstream.Start();
        if (misbehaviour is not null)
        {
            upstream.Misbehave(misbehaviour);
        }

        using var client = new HttpClient();
        var body = new { model = "m", stream = true, stream_options = new { include_usage = true } };
        using var response = await client.PostAsJsonAsync($"{upstream.BaseUrl}/chat/completions", body, Token);
        return ServerSentEvents.Split(await response.Content.ReadAsStringAsync(Token));
    }
}
