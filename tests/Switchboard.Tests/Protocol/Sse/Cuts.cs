using System.Buffers;

namespace Switchboard.Tests.Protocol.Sse;

/// <summary>Bytes as reads bring them: cut anywhere.</summary>
internal static class Cuts
{
    /// <summary>Pieces of one length.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(byte[] bytes, int length) => Of(bytes, [length]);

    /// <summary>Pieces of these lengths, 0 among them too, over and over; all in one piece where there are none.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(byte[] bytes, IReadOnlyList<int> lengths)
    {
        for (int at = 0, i = 0; at < bytes.Length; i++)
        {
            var length = lengths.Count == 0 ? bytes.Length : Math.Min(lengths[i % lengths.Count], bytes.Length - at);
            yield return bytes.AsMemory(at, length);
            at += length;
        }
    }

    /// <summary>A sequence with one segment more.</summary>
    public static ReadOnlySequence<byte> Append(in ReadOnlySequence<byte> sequence, ReadOnlyMemory<byte> memory)
    {
        Segment? first = null, last = null;
        foreach (var part in sequence)
        {
            Add(part);
        }

        Add(memory);
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);

        void Add(ReadOnlyMemory<byte> part)
        {
            var segment = new Segment(part, last);
            first ??= segment;
            last = segment;
        }
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
