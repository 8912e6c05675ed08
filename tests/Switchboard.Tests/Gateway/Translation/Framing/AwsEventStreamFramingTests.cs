using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Switchboard.Gateway.Translation.Framing;
using Switchboard.Testing.Fixtures;

namespace Switchboard.Tests.Gateway.Translation.Framing;

public sealed class AwsEventStreamFramingTests
{
    [Fact]
    public void The_checksum_is_the_one_that_everybody_checks_with() => Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8));

    [Fact]
    public void A_message_is_its_type_and_its_payload()
    {
        Assert.Equal([("messageStop", "{\"a\":1}"), ("throttlingException", "{\"message\":\"slow\"}")], Read([.. AwsEventMessages.Event("messageStop", "{\"a\":1}"), .. AwsEventMessages.Exception("throttlingException", "{\"message\":\"slow\"}")]).Events);
    }

    [Fact]
    public void An_error_in_headers_becomes_an_exception()
    {
        var message = AwsEventMessages.Message(default, (":message-type", "error"), (":error-code", "InternalFailure"), (":error-message", "It \"broke\"."));

        Assert.Equal([("InternalFailureException", "{\"message\":\"It \\\"broke\\\".\"}")], Read(message).Events);
    }

    [Fact]
    public void A_message_without_payload_says_nothing() =>
        Assert.Empty(Read(AwsEventMessages.Message(default, (":message-type", "event"), (":event-type", "ping"))).Events);

    [Fact]
    public void Headers_of_every_type_are_passed_over()
    {
        // Each type once, with the length that it has, before the one that counts.
        var headers = new List<byte>();
        foreach (var (type, length) in new[] { (0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (8, 8), (9, 16) })
        {
            headers.AddRange([1, (byte)'x', (byte)type, .. new byte[length]]);
        }

        headers.AddRange([1, (byte)'y', 6, 0, 2, 1, 2]);
        headers.AddRange([(byte)":event-type".Length, .. ":event-type"u8, 7, 0, 1, (byte)'e']);

        Assert.Equal([("e", "{}")], Read(Message([.. headers], "{}"u8)).Events);
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var message = AwsEventMessages.Event("messageStop", "{\"stopReason\":\"end_turn\"}");
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            var broken = message.ToArray();
            broken[bit / 8] ^= (byte)(1 << (bit % 8));

            var (events, status) = Read(broken);
            Assert.True(events.Count == 0 && status == FramingStatus.Broken, $"bit {bit}: {status}");
        }
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(100 * 1024 * 1024, 0)]
    [InlineData(20, 5)]
    [InlineData(-1, 0)]
    public void A_length_that_cannot_be_is_noticed_at_once(int length, int headers)
    {
        var prelude = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(prelude, length);
        BinaryPrimitives.WriteInt32BigEndian(prelude.AsSpan(4), headers);
        BinaryPrimitives.WriteUInt32BigEndian(prelude.AsSpan(8), Crc32.Of(prelude.AsSpan(0, 8)));

        Assert.Equal(FramingStatus.Broken, Read(prelude).Status);
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(1, 200)]
    [InlineData(200, 7)]
    public void Headers_that_end_too_early_are_noticed(byte nameLength, byte type) =>
        Assert.Equal(FramingStatus.Broken, Read(Message([nameLength, (byte)'x', type, 0, 9], "{}"u8)).Status);

    private static byte[] Message(byte[] headers, ReadOnlySpan<byte> payload)
    {
        var message = new byte[16 + headers.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc32.Of(message.AsSpan(0, 8)));
        headers.CopyTo(message, 12);
        payload.CopyTo(message.AsSpan(12 + headers.Length));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Crc32.Of(message.AsSpan(0, message.Length - 4)));
        return message;
    }

    private static (List<(string Type, string Json)> Events, FramingStatus Status) Read(byte[] bytes)
    {
        using var framing = new AwsEventStreamFraming();
        var rest = new ReadOnlySequence<byte>(bytes);
        var events = new List<(string, string)>();
        while (true)
        {
            var status = framing.TryRead(ref rest, isLast: true, out var framed);
            switch (status)
            {
                case FramingStatus.Event:
                    events.Add((Encoding.UTF8.GetString(framed.Type), Encoding.UTF8.GetString(framed.Data)));
                    break;
                case FramingStatus.Nothing:
                    break;
                default:
                    return (events, status);
            }
        }
    }
}
