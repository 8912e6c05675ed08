using System.IO.Pipelines;
using System.Net.ServerSentEvents;
using System.Text;
using BenchmarkDotNet.Attributes;
using Switchboard.Protocol.Sse;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does reading one event of 200 bytes off a stream cost, beside the framework's own reader?</summary>
public class SseRead
{
    private const int Events = 5000;
    private const int EventBytes = 200;

    private static readonly byte[] s_stream = Stream();

    // What the client asks the network for at a time.
    private static readonly StreamPipeReaderOptions s_options = new(bufferSize: 64 * 1024);

    /// <summary>How many bytes a read brings: as many as are asked for, or less than an event.</summary>
    [Params(64 * 1024, 150)]
    public int ReadBytes { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        var expected = (long)Events * (EventBytes - "data: \n\n".Length);
        if (await Framework() != expected || await Reader() != expected || await ReaderWithKinds() != expected)
        {
            throw new InvalidOperationException($"The data of the events is not {expected} bytes.");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public async Task<long> Framework()
    {
        using var stream = new Source(s_stream, ReadBytes);
        var bytes = 0L;
        await foreach (var item in SseParser.Create(stream, static (_, data) => data.Length).EnumerateAsync())
        {
            bytes += item.Data;
        }
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public async Task<long> Reader()
    {
        using var stream = new Source(s_stream, ReadBytes);
        var input = PipeReader.Create(stream, s_options);
        using var reader = new SseReader(input);
        var bytes = 0L;
        while (await reader.ReadAsync())
        {
            bytes += reader.Data.Length;
        }
        await input.CompleteAsync();
        return bytes;
    }

    /// <summary>Also telling data from errors and from the end, as a client must.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public async Task<long> ReaderWithKinds()
    {
        using var stream = new Source(s_stream, ReadBytes);
        var input = PipeReader.Create(stream, s_options);
        using var reader = new SseReader(input);
        var bytes = 0L;
        while (await reader.ReadAsync())
        {
            bytes += reader.Classify() == SseEventKind.Data ? reader.Data.Length : 0;
        }
        await input.CompleteAsync();
        return bytes;
    }

    private static byte[] Stream()
    {
        const string Head = "data: {\"id\":\"chatcmpl-BenchBench\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
        const string Tail = "\"},\"finish_reason\":null}]}\n\n";
        var content = string.Concat(Enumerable.Repeat(" word", EventBytes))[..(EventBytes - Head.Length - Tail.Length)];
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Head + content + Tail, Events)));
    }

    /// <summary>A stream that brings so many bytes a read.</summary>
    private sealed class Source(byte[] bytes, int readBytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(buffer.Length, readBytes)]));
    }
}
