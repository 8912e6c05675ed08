using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Corpus;

/// <summary>A wire type that is known by its name only: how to read and write its values.</summary>
internal sealed record WireType(string Name, Func<ReadOnlyMemory<byte>, object> Read, Func<object, byte[]> Write)
{
    public static WireType Of<T>(string name)
        where T : IWireCodec<T> => Of<T, T>(name);

    public static WireType Of<T, TCodec>(string name)
        where TCodec : IWireCodec<T> =>
        new(name, json => WireJson.Deserialize<T, TCodec>(json.Span)!, value => WireJson.SerializeToUtf8Bytes<T, TCodec>((T)value));
}
