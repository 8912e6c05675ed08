using System.Buffers.Binary;
using System.Text;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Caching;

/// <summary>An answer that is kept, and who gave it.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Dialect">Whose API it speaks.</param>
/// <param name="Target">Who gave it.</param>
/// <param name="Body">Its bytes; of a stream all events.</param>
internal sealed record CachedAnswer(string ContentType, ApiDialect Dialect, CallTarget Target, ReadOnlyMemory<byte> Body)
{
    private const byte Version = 1;
    private const int FixedLength = 2 + (2 * sizeof(long));

    /// <summary>The members of the request that did not reach the provider.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>When it was kept.</summary>
    public DateTimeOffset KeptAt { get; init; }

    /// <summary>When it is not given again any more.</summary>
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>True for a stream of events.</summary>
    public bool IsStream => ContentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes it into one array.</summary>
    /// <param name="body">The parts of its body, in the place of <see cref="Body"/>.</param>
    /// <param name="length">How many bytes they have.</param>
    public byte[] Encode(IEnumerable<ReadOnlyMemory<byte>> body, int length)
    {
        var dropped = string.Join('\n', Dropped);
        string[] texts = [ContentType, Target.Provider, Target.Model, dropped];
        var bytes = new byte[FixedLength + texts.Sum(text => sizeof(int) + Encoding.UTF8.GetByteCount(text)) + length];
        var output = bytes.AsSpan();
        output[0] = Version;
        output[1] = (byte)Dialect;
        BinaryPrimitives.WriteInt64LittleEndian(output[2..], KeptAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(output[(2 + sizeof(long))..], EndsAt.ToUnixTimeMilliseconds());
        output = output[FixedLength..];
        foreach (var text in texts)
        {
            var written = Encoding.UTF8.GetBytes(text, output[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(output, written);
            output = output[(sizeof(int) + written)..];
        }

        foreach (var part in body)
        {
            part.Span.CopyTo(output);
            output = output[part.Length..];
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <returns>Null where another version wrote it.</returns>
    public static CachedAnswer? Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < FixedLength || bytes.Span[0] != Version)
        {
            return null;
        }

        var head = bytes.Span;
        var dialect = (ApiDialect)head[1];
        var keptAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(head[2..]));
        var endsAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(head[(2 + sizeof(long))..]));
        var rest = bytes[FixedLength..];
        var contentType = Text(ref rest);
        var target = new CallTarget(Text(ref rest), Text(ref rest));
        var dropped = Text(ref rest);
        return new CachedAnswer(contentType, dialect, target, rest)
        {
            KeptAt = keptAt,
            EndsAt = endsAt,
            Dropped = dropped.Length == 0 ? [] : dropped.Split('\n'),
        };
    }

    private static string Text(ref ReadOnlyMemory<byte> rest)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
        var text = Encoding.UTF8.GetString(rest.Span.Slice(sizeof(int), length));
        rest = rest[(sizeof(int) + length)..];
        return text;
    }
}
