using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Benchmarks.Relay;

/// <summary>The provider of the relay benchmark: it answers at once, so that what is measured lies before it.</summary>
internal static class RelayUpstream
{
    /// <summary>Between two events of a stream for <see cref="Payloads.PacedCaller"/>.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(4);

    public static Task<int> RunAsync() => LoopbackServer.RunAsync(AnswerAsync);

    private static async Task AnswerAsync(HttpContext context)
    {
        var (stream, paced) = await ReadAsync(context.Request.BodyReader);
        var response = context.Response;
        foreach (var (name, value) in Payloads.AnswerHeaders)
        {
            response.Headers[name] = value;
        }
        if (!stream)
        {
            response.ContentType = "application/json";
            response.ContentLength = Payloads.Completion.Length;
            await response.BodyWriter.WriteAsync(Payloads.Completion);
            return;
        }
        response.ContentType = "text/event-stream; charset=utf-8";
        using var pace = new PeriodicTimer(Pace);
        foreach (var data in Payloads.Events)
        {
            await response.BodyWriter.WriteAsync(data);
            if (paced)
            {
                await pace.WaitForNextTickAsync();
            }
        }
    }

    private static async Task<(bool Stream, bool Paced)> ReadAsync(PipeReader body)
    {
        while (true)
        {
            var read = await body.ReadAsync();
            if (read.IsCompleted)
            {
                var asked = (Has(read.Buffer, "\"stream\":true"u8), Has(read.Buffer, Encoding.ASCII.GetBytes($"\"{Payloads.PacedCaller}\"")));
                body.AdvanceTo(read.Buffer.End);
                return asked;
            }
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static bool Has(ReadOnlySequence<byte> body, ReadOnlySpan<byte> text) =>
        new SequenceReader<byte>(body).TryReadTo(out ReadOnlySequence<byte> _, text);
}
