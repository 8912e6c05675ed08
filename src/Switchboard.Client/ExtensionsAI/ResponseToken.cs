// The package marks continuation as experimental.
#pragma warning disable MEAI001
using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.AI;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Where to go on with a background response: its id, and in a stream the last event that came.</summary>
internal sealed class ResponseToken(string responseId, long? sequenceNumber) : ResponseContinuationToken
{
    public string ResponseId => responseId;

    public long? SequenceNumber => sequenceNumber;

    /// <summary>The token of options; null without.</summary>
    /// <exception cref="ArgumentException">It is another client's.</exception>
    public static ResponseToken? Of(ChatOptions? options) => options?.ContinuationToken switch
    {
        null => null,
        ResponseToken own => own,
        var stored => Read(stored.ToBytes()),
    };

    public override ReadOnlyMemory<byte> ToBytes()
    {
        var bytes = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(responseId)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sequenceNumber ?? -1);
        Encoding.UTF8.GetBytes(responseId, bytes.AsSpan(sizeof(long)));
        return bytes;
    }

    private static ResponseToken Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length <= sizeof(long))
        {
            throw new ArgumentException("The continuation token is not one of this client.");
        }

        var number = BinaryPrimitives.ReadInt64LittleEndian(bytes.Span);
        return new ResponseToken(Encoding.UTF8.GetString(bytes.Span[sizeof(long)..]), number < 0 ? null : number);
    }
}
