using System.Buffers;
using System.Text.Unicode;

namespace Switchboard.Protocol.Json;

/// <summary>Reads and writes whole JSON texts.</summary>
/// <remarks>Reading fails only with a <see cref="JsonException"/> that says what is wrong, its path, line and byte.</remarks>
public static class WireJson
{
    /// <summary>Reads one value from UTF-8.</summary>
    /// <exception cref="JsonException">The text is not one JSON value of that kind.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> utf8Json)
        where T : IWireCodec<T> => Deserialize<T, T>(utf8Json);

    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})"/>
    public static T Deserialize<T>(ReadOnlySequence<byte> utf8Json)
        where T : IWireCodec<T> => Deserialize<T, T>(utf8Json);

    /// <summary>Reads one value from text.</summary>
    /// <exception cref="JsonException">The text is not one JSON value of that kind.</exception>
    public static T Deserialize<T>(string json)
        where T : IWireCodec<T> => Deserialize<T, T>(json);

    /// <summary>Reads one value from UTF-8 with a codec of your choice.</summary>
    /// <exception cref="JsonException">The text is not one JSON value of that kind.</exception>
    public static T Deserialize<T, TCodec>(ReadOnlySpan<byte> utf8Json)
        where TCodec : IWireCodec<T>
    {
        WireReader reader = default;
        try
        {
            reader = new WireReader(utf8Json);
            var value = TCodec.Read(ref reader);
            reader.ReadEnd();
            return value;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            throw JsonFault.Locate(fault, utf8Json, reader.Position);
        }
    }

    /// <inheritdoc cref="Deserialize{T, TCodec}(ReadOnlySpan{byte})"/>
    public static T Deserialize<T, TCodec>(ReadOnlySequence<byte> utf8Json)
        where TCodec : IWireCodec<T>
    {
        if (utf8Json.IsSingleSegment)
        {
            return Deserialize<T, TCodec>(utf8Json.FirstSpan);
        }

        var length = checked((int)utf8Json.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            utf8Json.CopyTo(buffer);
            return Deserialize<T, TCodec>(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads one value from text with a codec of your choice.</summary>
    /// <exception cref="JsonException">The text is not one JSON value of that kind.</exception>
    public static T Deserialize<T, TCodec>(string json)
        where TCodec : IWireCodec<T>
    {
        ArgumentNullException.ThrowIfNull(json);
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            // Half a surrogate pair has no UTF-8; the bytes of one, which are none, make the reader say so.
            var status = Utf8.FromUtf16(json, buffer, out _, out var length, replaceInvalidSequences: false);
            if (status != OperationStatus.Done)
            {
                buffer[length++] = 0xED;
            }

            return Deserialize<T, TCodec>(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes one value to an output.</summary>
    public static void Serialize<T>(IBufferWriter<byte> output, T value)
        where T : IWireCodec<T> => Serialize<T, T>(output, value);

    /// <summary>Writes one value to an output with a codec of your choice.</summary>
    public static void Serialize<T, TCodec>(IBufferWriter<byte> output, T value)
        where TCodec : IWireCodec<T>
    {
        var writer = new WireWriter(output);
        TCodec.Write(ref writer, value);
        writer.Flush();
    }

    /// <summary>Writes one value to a new array.</summary>
    public static byte[] SerializeToUtf8Bytes<T>(T value)
        where T : IWireCodec<T> => SerializeToUtf8Bytes<T, T>(value);

    /// <summary>Writes one value to a new array with a codec of your choice.</summary>
    public static byte[] SerializeToUtf8Bytes<T, TCodec>(T value)
        where TCodec : IWireCodec<T>
    {
        using var scratch = ScratchWriter.Rent();
        Serialize<T, TCodec>(scratch, value);
        return scratch.WrittenSpan.ToArray();
    }

    /// <summary>Writes one value to a string.</summary>
    public static string SerializeToString<T>(T value)
        where T : IWireCodec<T> => SerializeToString<T, T>(value);

    /// <summary>Writes one value to a string with a codec of your choice.</summary>
    public static string SerializeToString<T, TCodec>(T value)
        where TCodec : IWireCodec<T>
    {
        using var scratch = ScratchWriter.Rent();
        Serialize<T, TCodec>(scratch, value);
        return scratch.ToString();
    }

    /// <summary>Whether two values are the same JSON.</summary>
    internal static bool AreSame<T>(T left, T right)
        where T : IWireCodec<T>
    {
        using var one = ScratchWriter.Rent();
        using var other = ScratchWriter.Rent();
        Serialize(one, left);
        Serialize(other, right);
        return JsonEquality.AreEqual(one.WrittenMemory, other.WrittenMemory);
    }

    /// <summary>The same for all values that <see cref="AreSame"/> calls the same.</summary>
    internal static int HashOf<T>(T value)
        where T : IWireCodec<T>
    {
        using var json = ScratchWriter.Rent();
        Serialize(json, value);
        return JsonEquality.Hash(json.WrittenMemory);
    }
}
