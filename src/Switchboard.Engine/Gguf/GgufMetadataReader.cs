namespace Switchboard.Engine.Gguf;

/// <summary>Reads the key-value part of a file.</summary>
internal static class GgufMetadataReader
{
    /// <summary>A key's length, its type and one byte of value.</summary>
    private const int LeastEntryBytes = 8 + 4 + 1;

    private enum ValueType : uint
    {
        UInt8,
        Int8,
        UInt16,
        Int16,
        UInt32,
        Int32,
        Float32,
        Bool,
        String,
        Array,
        UInt64,
        Int64,
        Float64,
    }

    public static int ReadCount(ref GgufCursor cursor) => cursor.ReadCount("metadata entries", LeastEntryBytes);

    public static GgufMetadata Read(ref GgufCursor cursor, int count)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var key = cursor.ReadString();
            var type = (ValueType)cursor.ReadUInt32();
            var value = type == ValueType.Array ? ReadArray(ref cursor, key) : ReadScalar(ref cursor, key, type);
            if (!values.TryAdd(key, value))
            {
                throw new GgufFormatException($"the key {key} is there twice");
            }
        }

        return new GgufMetadata(values);
    }

    private static object ReadScalar(ref GgufCursor cursor, string key, ValueType type) => type switch
    {
        ValueType.String => cursor.ReadString(),
        ValueType.Bool => cursor.Read<byte>() != 0,
        ValueType.Float32 or ValueType.Float64 => ReadReal(ref cursor, type),
        _ => ReadWhole(ref cursor, key, type),
    };

    private static double ReadReal(ref GgufCursor cursor, ValueType type) =>
        type == ValueType.Float32 ? cursor.Read<float>() : cursor.Read<double>();

    private static long ReadWhole(ref GgufCursor cursor, string key, ValueType type) => type switch
    {
        ValueType.UInt8 => cursor.Read<byte>(),
        ValueType.Int8 => cursor.Read<sbyte>(),
        ValueType.UInt16 => cursor.Read<ushort>(),
        ValueType.Int16 => cursor.Read<short>(),
        ValueType.UInt32 => cursor.Read<uint>(),
        ValueType.Int32 => cursor.Read<int>(),
        // A number above Int64's range fails the range check of whoever asks for it.
        ValueType.UInt64 => (long)Math.Min(cursor.Read<ulong>(), long.MaxValue),
        ValueType.Int64 => cursor.Read<long>(),
        _ => throw new GgufFormatException($"{key} has the unknown value type {(uint)type}"),
    };

    private static Array ReadArray(ref GgufCursor cursor, string key)
    {
        var type = (ValueType)cursor.ReadUInt32();
        var count = cursor.ReadCount($"elements of {key}", LeastBytes(key, type));
        switch (type)
        {
            case ValueType.String:
                var texts = new string[count];
                for (var i = 0; i < count; i++)
                {
                    texts[i] = cursor.ReadString();
                }

                return texts;
            case ValueType.Float32 or ValueType.Float64:
                var reals = new float[count];
                for (var i = 0; i < count; i++)
                {
                    reals[i] = (float)ReadReal(ref cursor, type);
                }

                return reals;
            default:
                var wholes = new long[count];
                for (var i = 0; i < count; i++)
                {
                    wholes[i] = type == ValueType.Bool ? cursor.Read<byte>() : ReadWhole(ref cursor, key, type);
                }

                return wholes;
        }
    }

    private static int LeastBytes(string key, ValueType type) => type switch
    {
        ValueType.UInt8 or ValueType.Int8 or ValueType.Bool => 1,
        ValueType.UInt16 or ValueType.Int16 => 2,
        ValueType.UInt32 or ValueType.Int32 or ValueType.Float32 => 4,
        ValueType.String or ValueType.UInt64 or ValueType.Int64 or ValueType.Float64 => 8,
        ValueType.Array => throw new GgufFormatException($"{key} is a list of lists, which is not supported"),
        _ => throw new GgufFormatException($"{key} has the unknown element type {(uint)type}"),
    };
}
