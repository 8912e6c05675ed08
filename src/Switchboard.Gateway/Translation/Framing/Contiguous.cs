using System.Buffers;

namespace Switchboard.Gateway.Translation.Framing;

/// <summary>Bytes in one piece: as they lie where that is so, else copied to a buffer that is used again.</summary>
internal sealed class Contiguous
{
    private byte[] _buffer = [];

    /// <summary>The bytes in one piece, valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(scoped in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return bytes.FirstSpan;
        }

        var length = (int)bytes.Length;
        if (_buffer.Length < length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(length, 1024));
        }

        bytes.CopyTo(_buffer);
        return _buffer.AsSpan(0, length);
    }
}
