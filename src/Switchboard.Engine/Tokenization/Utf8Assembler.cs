using System.Buffers;
using System.Text;

namespace Switchboard.Engine.Tokenization;

/// <summary>Joins the bytes of tokens to whole characters: a character cut by a token's border waits for its rest, broken bytes become U+FFFD.</summary>
internal sealed class Utf8Assembler
{
    private const int LongestCharacter = 4;

    private readonly byte[] _pending = new byte[LongestCharacter];
    private int _count;

    /// <summary>Writes the whole characters that the bytes complete.</summary>
    public void Append(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        while (_count > 0 && !bytes.IsEmpty)
        {
            // At most three bytes wait, and each turn takes one more: they become a character or turn out broken.
            _pending[_count++] = bytes[0];
            bytes = bytes[1..];
            Settle(output);
        }

        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (status == OperationStatus.NeedMoreData)
            {
                bytes.CopyTo(_pending);
                _count = bytes.Length;
                return;
            }

            Write(rune, output);
            bytes = bytes[consumed..];
        }
    }

    /// <summary>Ends the text: an unfinished character becomes U+FFFD.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        if (_count > 0)
        {
            _count = 0;
            Write(Rune.ReplacementChar, output);
        }
    }

    private void Settle(IBufferWriter<byte> output)
    {
        while (_count > 0)
        {
            var status = Rune.DecodeFromUtf8(_pending.AsSpan(0, _count), out var rune, out var consumed);
            if (status == OperationStatus.NeedMoreData)
            {
                return;
            }

            Write(rune, output);
            _pending.AsSpan(consumed, _count - consumed).CopyTo(_pending);
            _count -= consumed;
        }
    }

    private static void Write(Rune rune, IBufferWriter<byte> output) => output.Advance(rune.EncodeToUtf8(output.GetSpan(LongestCharacter)));
}
