using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Benchmarks.Relay;

/// <summary>The provider of the relay benchmark: it answers at once, so that what is measured lies before it.</summary>
internal static class RelayUpstream
{
    public static Task<int> RunAsync() => LoopbackServer.RunAsync(AnswerAsync);

    private static async Task AnswerAsync(HttpContext context)
    {
        var stream = await AsksForStreamAsync(context.Request.BodyReader);
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
        foreach (var data in Payloads.Events)
        {
            await response.BodyWriter.WriteAsync(data);
        }
    }

    private static async Task<bool> AsksForStreamAsync(PipeReader body)
    {
        while (true)
        {
            var read = await body.ReadAsync();
            if (read.IsCompleted)
            {
                var stream = new SequenceReader<byte>(read.Buffer).TryReadTo(out ReadOnlySequence<byte> _, "\"stream\":true"u8);
                body.AdvanceTo(read.Buffer.End);
                return stream;
            }
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
