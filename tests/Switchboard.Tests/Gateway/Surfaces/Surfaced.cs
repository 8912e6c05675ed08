using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Anthropic.Surface;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Gemini.Surface;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Surfaces;

/// <summary>Chat answers through the sink of a surface.</summary>
internal static class Surfaced
{
    /// <summary>A surface by its name.</summary>
    public static ISurface Of(string surface)
    {
        var stamp = new ChatStamp("asked", new ManualTimeProvider());
        return surface switch
        {
            "anthropic" => new AnthropicSurface(stamp),
            "gemini" => new GeminiSurface(stamp, isSse: true),
            "gemini array" => new GeminiSurface(stamp, isSse: false),
            _ => throw new ArgumentOutOfRangeException(nameof(surface), surface, null),
        };
    }

    /// <summary>What a stream becomes whose bytes are flushed piece by piece.</summary>
    public static async Task<string> StreamAsync(string surface, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var caller = new RecordingSink();
        var sink = new TranslatingSink(caller, Of(surface));
        var output = sink.Commit(AnswerHead.EventStream);
        foreach (var piece in pieces)
        {
            await output.WriteAsync(piece, TestContext.Current.CancellationToken);
        }

        Assert.False((await sink.CompleteAsync(GatewayOutcome.Answered, TestContext.Current.CancellationToken)).IsError);
        return await caller.ReadAllAsync();
    }

    /// <summary>What the chunks of a stream become; each is the inside of an event.</summary>
    public static Task<string> StreamAsync(string surface, params string[] chunks) =>
        StreamAsync(surface, chunks.Append("[DONE]").Select(chunk => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes($"data: {chunk}\n\n"))));

    /// <summary>What a whole completion becomes, or the error that it is.</summary>
    public static async Task<(string Body, GatewayError? Error)> WholeAsync(string surface, string completion)
    {
        var caller = new RecordingSink();
        var sink = new TranslatingSink(caller, Of(surface));
        var output = sink.Commit(new AnswerHead(200, "application/json") { ContentLength = completion.Length });
        await output.WriteAsync(Encoding.UTF8.GetBytes(completion), TestContext.Current.CancellationToken);
        Assert.False(caller.IsCommitted);
        var outcome = await sink.CompleteAsync(GatewayOutcome.Answered, TestContext.Current.CancellationToken);
        var body = await caller.ReadAllAsync();
        if (!outcome.IsError)
        {
            Assert.Equal(Encoding.UTF8.GetByteCount(body), caller.Head!.ContentLength);
        }

        return (body, outcome.Error);
    }
}
