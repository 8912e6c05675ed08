using System.Text;
using Microsoft.AspNetCore.Http;
using Switchboard.Benchmarks.Load;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Client;

/// <summary>The server of the client benchmark: one answer, one long stream, and streams that stay open after their first event.</summary>
internal static class ClientUpstream
{
    /// <summary>Events with content in the long stream.</summary>
    public const int LongStream = 10_000;

    /// <summary>The model whose streams stay open.</summary>
    public const string HeldModel = "held";

    private const int EventsPerWrite = 50;

    private static readonly byte[][] s_writes = [.. Events().Chunk(EventsPerWrite).Select(events => events.SelectMany(part => part).ToArray())];

    public static Task<int> RunAsync() => LoopbackServer.RunAsync(AnswerAsync);

    private static async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
        var response = context.Response;
        foreach (var (name, value) in Payloads.AnswerHeaders)
        {
            response.Headers[name] = value;
        }

        if (!request.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            response.ContentType = "application/json";
            response.ContentLength = Payloads.Completion.Length;
            await response.BodyWriter.WriteAsync(Payloads.Completion);
            return;
        }

        response.ContentType = "text/event-stream; charset=utf-8";
        if (request.Contains($"\"{HeldModel}\"", StringComparison.Ordinal))
        {
            await response.BodyWriter.WriteAsync(Payloads.Events[0]);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        foreach (var write in s_writes)
        {
            await response.BodyWriter.WriteAsync(write);
        }
    }

    private static IEnumerable<byte[]> Events() =>
    [
        Payloads.Events[0],
        .. Enumerable.Range(0, LongStream).Select(i => Payloads.Events[1 + (i % Payloads.ContentEvents)]),
        .. Payloads.Events[^3..],
    ];
}
