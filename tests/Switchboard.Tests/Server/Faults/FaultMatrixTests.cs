using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Server.Draining;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Faults;

/// <summary>
/// Whatever a provider does wrong, over real sockets on both sides: the caller gets the right status, or an answer that
/// ends with one error event, or the whole answer where nothing is missing. Afterwards no connection, no running
/// request and no byte is left over: the next call is answered as if nothing had been.
/// </summary>
public sealed class FaultMatrixTests
{
    /// <summary>What the caller gets: a whole answer.</summary>
    private const string Whole = "whole";

    /// <summary>No such fault for this kind of answer.</summary>
    private const string None = "-";

    // Numbers stand for a status with its code; "event" for an answer that begins well and ends with an error event.
    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        // What the provider does                  to a call                          to a stream
        { "refuse connections",                    "502 upstream_unreachable",        "502 upstream_unreachable" },
        { "reset before headers",                  "502 upstream_incomplete",         "502 upstream_incomplete" },
        { "reset after headers",                   "502 upstream_incomplete",         "502 upstream_incomplete" },
        { "reset in mid body",                     "502 upstream_incomplete",         "event upstream_incomplete" },
        { "reset after 2 events",                  None,                              "event upstream_incomplete" },
        { "close before headers",                  "502 upstream_incomplete",         "502 upstream_incomplete" },
        { "close after 2 events",                  None,                              "event upstream_incomplete" },
        { "clean early end after 2 events",        None,                              "event upstream_incomplete" },
        { "truncated Content-Length body",         "502 upstream_incomplete",         "event upstream_incomplete" },
        { "chunked body without terminator",       "502 upstream_incomplete",         Whole },
        { "chunked garbage",                       "502 upstream_bad_response",       "502 upstream_bad_response" },
        { "hang before headers",                   "504 upstream_timeout",            "504 upstream_timeout" },
        { "hang after headers",                    "504 upstream_timeout",            "504 upstream_timeout" },
        { "hang after 2 events",                   None,                              "event upstream_timeout" },
        { "hang before the end",                   "504 upstream_timeout",            Whole },
        { "giant event",                           None,                              Whole },
        { "slow trickle byte by byte",             Whole,                             Whole },
        { "invalid UTF-8",                         "502 upstream_bad_response",       "502 upstream_bad_response" },
        { "malformed JSON in an event",            None,                              "event upstream_bad_response" },
        { "half of the JSON",                      "502 upstream_bad_response",       "event upstream_incomplete" },
        { "empty body",                            "502 upstream_bad_response",       "502 upstream_incomplete" },
        { "HTML page with 200",                    "502 upstream_bad_response",       "502 upstream_bad_response" },
        { "HTML page with 502",                    "502 upstream_error",              "502 upstream_error" },
        { "wrong content type",                    "502 upstream_bad_response",       "502 upstream_bad_response" },
        { "gzip-encoded answer",                   "502 upstream_bad_response",       "502 upstream_bad_response" },
        { "huge headers",                          "502 upstream_bad_response",       "502 upstream_bad_response" },
        { "1xx interim response",                  Whole,                             Whole },
        { "307 to /elsewhere",                     "502 upstream_bad_response",       "502 upstream_bad_response" },
        { "without [DONE]",                        None,                              Whole },
        { "without usage",                         Whole,                             Whole },
        { "duplicate final usage chunk",           None,                              Whole },
        { "events after [DONE]",                   None,                              Whole },
        { "error event after 2 events",            None,                              "event upstream_error" },
        { "429 with Retry-After: 1",               "429 rate_limit_exceeded",         "429 rate_limit_exceeded" },
        { "503 unavailable",                       "503 overloaded",                  "503 overloaded" },
        { "529 overloaded",                        "503 overloaded",                  "503 overloaded" },
        { "500 server_error",                      "502 upstream_error",              "502 upstream_error" },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_call(string fault, string expected, string expectedOfStream) => CheckAsync(fault, expected, expectedOfStream, stream: false);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_stream(string fault, string expectedOfCall, string expected) => CheckAsync(fault, expected, expectedOfCall, stream: true);

    private static async Task CheckAsync(string fault, string expected, string other, bool stream)
    {
        Assert.NotEqual((None, None), (expected, other));
        if (expected == None)
        {
            return;
        }

        var time = new ManualTimeProvider();
        await using var gateway = await RelayedGateway.StartAsync(
            settings => settings with { Timeout = TimeSpan.FromSeconds(1), IdleTimeout = TimeSpan.FromSeconds(1), CommitAfter = TimeSpan.FromMinutes(10) },
            time);
        var before = await AskAsync(gateway, stream);
        await gateway.Upstream.WaitForRequestAsync(Token);
        gateway.Upstream.Misbehave(Misbehaviour.Named(fault));

        var (got, text) = await AskAsync(gateway, stream, fault.StartsWith("hang", StringComparison.Ordinal) ? time : null, begins: !char.IsAsciiDigit(expected[0]), isWhole: stream && expected == Whole);
        gateway.Upstream.Behave();
        var after = await AskAsync(gateway, stream);

        Assert.True(expected == got, $"{fault}: {got} and not {expected}: {text[..Math.Min(text.Length, 1000)]}");
        Assert.Equal((Whole, before.Text), (after.Result, after.Text));

        // A connection whose answer was not wanted may be drained and go back to the pool, beside the one that took its place.
        await UntilAsync(() => gateway.Upstream.OpenConnections <= 2, "all connections but the pooled ones to be closed");
        await UntilAsync(() => gateway.Gateway.Services.GetRequiredService<DrainState>().Running == 0, "all requests to be over");
        Assert.Empty(gateway.Upstream.Failures);
    }

    private static async Task<(string Result, string Text)> AskAsync(RelayedGateway gateway, bool stream, ManualTimeProvider? time = null, bool begins = false, bool isWhole = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(RelayedGateway.Chat(stream)) };
        var asking = gateway.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        if (time is not null && !begins)
        {
            await gateway.Upstream.WaitForRequestAsync(Token);
            await AdvanceUntilAsync(time, asking);
        }

        using var answer = await asking;
        var done = new TaskCompletionSource();
        var reading = isWhole ? ReadAsync(answer.Content, done) : answer.Content.ReadAsStringAsync(Token);
        if (time is not null)
        {
            if (isWhole)
            {
                // No deadline passes before all has come.
                await done.Task.WithinAsync("the last event", Token);
            }

            await AdvanceUntilAsync(time, reading);
        }

        return (await DescribeAsync(answer, await reading, stream), await reading);
    }

    private static async Task<string> ReadAsync(HttpContent content, TaskCompletionSource done)
    {
        var text = new StringBuilder();
        using var reader = new StreamReader(await content.ReadAsStreamAsync(Token));
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, Token) is > 0 and var count)
        {
            text.Append(buffer, 0, count);
            if (text.ToString().Contains(ServerSentEvents.Done, StringComparison.Ordinal))
            {
                done.TrySetResult();
            }
        }

        return text.ToString();
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage answer, string text, bool stream)
    {
        if ((int)answer.StatusCode != 200)
        {
            var error = await ErrorAnswer.ReadAsync(answer);
            Assert.Equal(error.Status is 429 or 503, answer.Headers.Contains("Retry-After"));
            return $"{error.Status} {error.Code}";
        }

        if (!stream)
        {
            Assert.Equal("chat.completion", JsonElement.Parse(text).GetProperty("object").GetString());
            return Whole;
        }

        var events = ServerSentEvents.Split(text);
        var errors = events.Where(e => e.StartsWith("data: {\"error\":", StringComparison.Ordinal)).ToList();
        Assert.Equal(errors.Count == 0 ? 1 : 0, events.Count(e => e == ServerSentEvents.Done));
        if (errors.Count == 0)
        {
            return Whole;
        }

        Assert.Equal(Assert.Single(errors), events[^1]);
        return $"event {JsonElement.Parse(events[^1]["data: ".Length..]).GetProperty("error").GetProperty("code").GetString()}";
    }

    private static async Task AdvanceUntilAsync(ManualTimeProvider time, Task task)
    {
        while (!task.IsCompleted)
        {
            Token.ThrowIfCancellationRequested();
            // The gateway has to come to act on a deadline before the clock is at the next one, on a busy machine too.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo, string what)
    {
        var limit = Task.Delay(TimeLimit.Default, Token);
        while (!isSo())
        {
            Assert.False(limit.IsCompleted, $"Waited in vain for {what}.");
            await Task.Yield();
        }
    }
}
