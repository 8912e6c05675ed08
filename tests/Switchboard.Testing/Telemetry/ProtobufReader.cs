using System.Buffers.Binary;
using System.Text;

namespace Switchboard.Testing.Telemetry;

/// <summary>Reads the fields of one protobuf message, in their order.</summary>
/// <param name="bytes">The message.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;

    /// <summary>The field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, where it is a message, text or bytes.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Its value as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(_bytes);

    /// <summary>Its value as a whole number.</summary>
    public readonly long Number => (long)_number;

    /// <summary>Its value as a number of 64 bits that is no whole one.</summary>
    public readonly double Double => BitConverter.UInt64BitsToDouble(_number);

    /// <summary>Goes on to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">It is no protobuf.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        Field = (int)(tag >> 3);
        _bytes = default;
        switch (tag & 7)
        {
            case 0:
                _number = ReadVarint();
                break;
            case 1:
                _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                _bytes = Take((int)ReadVarint());
                break;
            case 5:
                _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException($"No such wire type: {tag & 7}.");
        }

        return true;
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number does not end.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new InvalidDataException("A field is cut off.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
