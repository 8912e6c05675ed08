using System.Buffers;
using BenchmarkDotNet.Attributes;
using Switchboard.Benchmarks.Load;
using Switchboard.Protocol.Sse;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does finding one event in a stream cost, where it lies in one piece and where reads cut it?</summary>
public class SseScan
{
    private ReadOnlySequence<byte> _stream;

    /// <summary>How many bytes a read brings; 0 for all at once.</summary>
    [Params(0, 100)]
    public int Piece { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _stream = Piece == 0 ? new ReadOnlySequence<byte>(Payloads.Stream) : Pieces.Cut(Payloads.Stream, Piece);
        var bytes = Scan();
        if (bytes != Payloads.Stream.Length)
        {
            throw new InvalidOperationException($"The events have {bytes} bytes, the stream has {Payloads.Stream.Length}.");
        }
    }

    [Benchmark(OperationsPerInvoke = Payloads.StreamEvents)]
    public long Scan()
    {
        using var scanner = new SseScanner();
        var rest = _stream;
        var bytes = 0L;
        while (scanner.TryRead(ref rest, out var sseEvent) == SseScanStatus.Event)
        {
            bytes += sseEvent.Raw.Length;
        }
        return bytes;
    }
}
