using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Framing;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Translation;

/// <summary>Streams of a dialect through its framing and its reader, cut anywhere.</summary>
internal static partial class ForeignStreams
{
    /// <summary>The chunks that the pieces of a stream become.</summary>
    public static string Translate(ChatDialect dialect, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        var chunks = new ChatChunks(output, new ChatStamp("m", new ManualTimeProvider()), includeUsage: true);
        var answer = dialect.CreateAnswer();
        using var framing = dialect.CreateFraming();
        var waiting = new List<byte>();
        for (var i = 0; i < pieces.Count; i++)
        {
            waiting.AddRange(pieces[i].Span);
            var all = new ReadOnlySequence<byte>(waiting.ToArray());
            var rest = all;
            while (true)
            {
                var status = framing.TryRead(ref rest, isLast: i == pieces.Count - 1, out var framed);
                if (status == FramingStatus.NeedMore)
                {
                    break;
                }

                Assert.NotEqual(FramingStatus.Broken, status);
                if (status == FramingStatus.Event)
                {
                    Assert.Equal(ForeignPiece.Taken, answer.ReadEvent(framed.Type, framed.Data, chunks));
                }
            }

            waiting.RemoveRange(0, (int)(all.Length - rest.Length));
        }

        Assert.True(chunks.IsFinished);
        chunks.Complete();
        return MadeUp().Replace(Encoding.UTF8.GetString(output.WrittenSpan), "$1made-up");
    }

    /// <summary>Cuts a stream in two at every byte, and into single bytes: what comes out is always the same.</summary>
    public static void CheckEveryCut(ChatDialect dialect, ReadOnlyMemory<byte> stream)
    {
        var whole = Translate(dialect, [stream]);
        for (var cut = 1; cut < stream.Length; cut++)
        {
            Assert.Equal(whole, Translate(dialect, [stream[..cut], stream[cut..]]));
        }

        Assert.Equal(whole, Translate(dialect, [.. Enumerable.Range(0, stream.Length).Select(i => stream.Slice(i, 1))]));
    }

    // Ids that a provider does not give are new each time.
    [GeneratedRegex("(chatcmpl-|call_)[0-9a-f]{32}")]
    private static partial Regex MadeUp();
}
