using System.Buffers;

namespace Switchboard.Benchmarks.Micro;

/// <summary>Bytes as a socket brings them: a sequence of segments.</summary>
internal static class Pieces
{
    public static ReadOnlySequence<byte> Cut(byte[] bytes, int piece)
    {
        var first = new Segment(bytes.AsMemory(0, Math.Min(piece, bytes.Length)), null);
        var last = first;
        for (var at = piece; at < bytes.Length; at += piece)
        {
            last = new Segment(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), last);
        }
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
