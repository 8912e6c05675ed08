using System.Buffers;
using System.Buffers.Binary;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Framing;

/// <summary>
/// The binary event streams of Amazon: messages with a prelude, headers and a payload, each with two checksums. An event
/// has the name of its kind; an exception has its own, which ends with that word.
/// </summary>
/// <remarks>Source: "Event stream encoding" in the developer guide of Amazon Transcribe, and the Smithy specification.</remarks>
internal sealed class AwsEventStreamFraming : IStreamFraming
{
    private const int Prelude = 12;
    private const int Checksum = 4;
    private const int LongestMessage = 24 * 1024 * 1024;

    private readonly Contiguous _message = new();
    private readonly ArrayBufferWriter<byte> _error = new(128);

    /// <inheritdoc/>
    public string MediaType => "application/vnd.amazon.eventstream";

    /// <inheritdoc/>
    public FramingStatus TryRead(ref ReadOnlySequence<byte> rest, bool isLast, out FramedEvent framed)
    {
        framed = default;
        if (rest.Length < Prelude)
        {
            return FramingStatus.NeedMore;
        }

        Span<byte> prelude = stackalloc byte[Prelude];
        rest.Slice(0, Prelude).CopyTo(prelude);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prelude);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(prelude[4..]);
        if (BinaryPrimitives.ReadUInt32BigEndian(prelude[8..]) != Crc32.Of(prelude[..8])
            || length > LongestMessage || length < Prelude + Checksum || headers > length - Prelude - Checksum)
        {
            return FramingStatus.Broken;
        }

        if (rest.Length < length)
        {
            return FramingStatus.NeedMore;
        }

        var message = _message.Of(rest.Slice(0, length));
        rest = rest.Slice(length);
        var body = message[..^Checksum];
        return BinaryPrimitives.ReadUInt32BigEndian(message[^Checksum..]) == Crc32.Of(body)
            ? Take(body.Slice(Prelude, (int)headers), body[(Prelude + (int)headers)..], out framed)
            : FramingStatus.Broken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held but buffers of its own.
    }

    private FramingStatus Take(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, out FramedEvent framed)
    {
        framed = default;
        ReadOnlySpan<byte> kind = default;
        ReadOnlySpan<byte> type = default;
        ReadOnlySpan<byte> words = default;
        while (!headers.IsEmpty)
        {
            if (!TryReadHeader(ref headers, out var name, out var value))
            {
                return FramingStatus.Broken;
            }

            if (name.SequenceEqual(":message-type"u8))
            {
                kind = value;
            }
            else if (name.SequenceEqual(":event-type"u8) || name.SequenceEqual(":exception-type"u8) || name.SequenceEqual(":error-code"u8))
            {
                type = value;
            }
            else if (name.SequenceEqual(":error-message"u8))
            {
                words = value;
            }
        }

        framed = kind.SequenceEqual("error"u8) ? Error(type, words) : new FramedEvent(type, payload);
        return framed.Data.IsEmpty ? FramingStatus.Nothing : FramingStatus.Event;
    }

    // An error without a payload tells its words in a header; it becomes an exception like all others.
    private FramedEvent Error(ReadOnlySpan<byte> code, ReadOnlySpan<byte> words)
    {
        _error.ResetWrittenCount();
        _error.Write(code);
        _error.Write(code.EndsWith("Exception"u8) ? default : "Exception"u8);
        var type = _error.WrittenCount;
        _error.Write("{\"message\":\""u8);
        ChatJson.Escape(_error, words);
        _error.Write("\"}"u8);
        return new FramedEvent(_error.WrittenSpan[..type], _error.WrittenSpan[type..]);
    }

    // A name with its length, a type, a value; texts and bytes have a length too.
    private static bool TryReadHeader(scoped ref ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = default;
        value = default;
        var nameLength = headers[0];
        if (headers.Length < nameLength + 2)
        {
            return false;
        }

        name = headers.Slice(1, nameLength);
        var type = headers[1 + nameLength];
        var rest = headers[(2 + nameLength)..];
        var length = type switch
        {
            0 or 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 or 8 => 8,
            9 => 16,
            6 or 7 when rest.Length >= 2 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            _ => -1,
        };
        rest = type is 6 or 7 && length >= 0 ? rest[2..] : rest;
        if (length < 0 || rest.Length < length)
        {
            return false;
        }

        value = rest[..length];
        headers = rest[length..];
        return true;
    }
}
