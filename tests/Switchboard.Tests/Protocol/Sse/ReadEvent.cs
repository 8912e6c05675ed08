using System.IO.Pipelines;
using System.Text;
using Switchboard.Protocol.Sse;

namespace Switchboard.Tests.Protocol.Sse;

/// <summary>What a reader told of one event.</summary>
internal sealed record ReadEvent(string Type, string Data, bool HasData, string LastEventId, int? Retry, bool IsComplete, SseEventKind Kind)
{
    /// <summary>The event that the reader stands on; bytes that are no UTF-8 show as such.</summary>
    public static ReadEvent Of(SseReader reader) => new(
        Encoding.Latin1.GetString(reader.Type),
        Encoding.Latin1.GetString(reader.Data),
        reader.HasData,
        Encoding.Latin1.GetString(reader.LastEventId),
        reader.RetryMilliseconds,
        reader.IsComplete,
        reader.Classify());

    /// <summary>All events of a stream that comes in these pieces.</summary>
    public static async Task<List<ReadEvent>> ReadAllAsync(IEnumerable<ReadOnlyMemory<byte>> pieces, int bufferSize = 4096, Exception? fault = null)
    {
        var events = new List<ReadEvent>();
        await ReadIntoAsync(events, new CutStream(pieces, fault), bufferSize, limits: null);
        return events;
    }

    /// <summary>Adds the events of a stream one by one, so that those before a fault can be seen.</summary>
    public static async Task ReadIntoAsync(List<ReadEvent> events, Stream body, int bufferSize, SseLimits? limits)
    {
        var input = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: bufferSize, minimumReadSize: 1));
        using var reader = new SseReader(input, limits);
        try
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                events.Add(Of(reader));
            }
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    /// <summary>The same without waiting: every read is answered at once.</summary>
    public static void ReadInto(List<ReadEvent> events, IEnumerable<ReadOnlyMemory<byte>> pieces, int bufferSize, SseLimits? limits)
    {
        var input = PipeReader.Create(new CutStream(pieces, waits: false), new StreamPipeReaderOptions(bufferSize: bufferSize, minimumReadSize: 1));
        using var reader = new SseReader(input, limits);
        while (ReadAtOnce(reader))
        {
            events.Add(Of(reader));
        }

        input.Complete();
    }

    private static bool ReadAtOnce(SseReader reader)
    {
        var read = reader.ReadAsync();
        return read.IsCompleted ? read.GetAwaiter().GetResult() : throw new InvalidOperationException("The reader waits where nothing waits.");
    }
}
