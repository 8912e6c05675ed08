using System.Buffers.Binary;
using System.Text;

namespace Switchboard.Testing.Fixtures;

/// <summary>Writes and reads binary event streams of Amazon, without any code of the product.</summary>
public static class AwsEventMessages
{
    /// <summary>A message with headers of text.</summary>
    public static byte[] Message(ReadOnlySpan<byte> payload, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var head = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            head.WriteByte((byte)name.Length);
            head.Write(Encoding.ASCII.GetBytes(name));
            head.WriteByte(7);
            head.WriteByte((byte)(value.Length >> 8));
            head.WriteByte((byte)value.Length);
            head.Write(Encoding.ASCII.GetBytes(value));
        }

        var message = new byte[16 + head.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), (int)head.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc(message.AsSpan(0, 8)));
        head.ToArray().CopyTo(message, 12);
        payload.CopyTo(message.AsSpan(12 + (int)head.Length));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Crc(message.AsSpan(0, message.Length - 4)));
        return message;
    }

    /// <summary>An event of Bedrock's.</summary>
    public static byte[] Event(string type, string json) =>
        Message(Encoding.UTF8.GetBytes(json), (":event-type", type), (":content-type", "application/json"), (":message-type", "event"));

    /// <summary>An exception in a stream.</summary>
    public static byte[] Exception(string type, string json) =>
        Message(Encoding.UTF8.GetBytes(json), (":exception-type", type), (":content-type", "application/json"), (":message-type", "exception"));

    /// <summary>The types and payloads of a stream's messages.</summary>
    public static IEnumerable<(string Type, string Json)> Read(ReadOnlyMemory<byte> stream)
    {
        while (!stream.IsEmpty)
        {
            var message = stream[..BinaryPrimitives.ReadInt32BigEndian(stream.Span)];
            var headers = message.Slice(12, BinaryPrimitives.ReadInt32BigEndian(message.Span[4..]));
            yield return (TypeOf(headers.Span), Encoding.UTF8.GetString(message.Span[(12 + headers.Length)..^4]));
            stream = stream[message.Length..];
        }
    }

    private static string TypeOf(ReadOnlySpan<byte> headers)
    {
        // All headers of recorded streams are texts.
        while (!headers.IsEmpty)
        {
            var name = Encoding.ASCII.GetString(headers.Slice(1, headers[0]));
            headers = headers[(2 + headers[0])..];
            var value = Encoding.ASCII.GetString(headers.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(headers)));
            headers = headers[(2 + value.Length)..];
            if (name == ":event-type")
            {
                return value;
            }
        }

        return "";
    }

    // Bit by bit: slow, and nothing to be wrong in.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
