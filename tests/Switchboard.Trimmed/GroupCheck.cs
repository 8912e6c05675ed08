using System.Text.Json;
using Switchboard.Protocol.Json;

namespace Switchboard.Trimmed;

/// <summary>What a trimmed program must still do with the body of one group of the API.</summary>
internal sealed class GroupCheck
{
    private readonly Func<string?> _findFault;

    private GroupCheck(string name, Func<string?> findFault)
    {
        Name = name;
        _findFault = findFault;
    }

    /// <summary>The group and the type, as the program prints them.</summary>
    public string Name { get; }

    /// <summary>Reads the group's body, looks at one member deep in it, and writes it back as the same JSON.</summary>
    public static GroupCheck Of<T>(string group, Func<T, string> member, string expected)
        where T : WireObject, IWireCodec<T> => new(NameOf<T>(group), () =>
        {
            var body = Bodies.Read(group);
            var value = WireJson.Deserialize<T>(body);
            return Compare(body, WireJson.SerializeToUtf8Bytes(value), member(value), expected);
        });

    /// <summary>Reads and writes the group's body inside a type of ours, with the serialiser of the framework.</summary>
    public static GroupCheck OfSerializer<T>(string group, Func<Envelope, T> content, Func<T, string> member, string expected)
        where T : WireObject, IWireCodec<T> => new(NameOf<T>($"JsonSerializer {group}"), () =>
        {
            byte[] body = [.. "{\"Note\":\"inside\",\"Answer\":"u8, .. Bodies.Read(group), (byte)'}'];
            var envelope = JsonSerializer.Deserialize(body, EnvelopeJson.Default.Envelope)!;
            return Compare(body, JsonSerializer.SerializeToUtf8Bytes(envelope, EnvelopeJson.Default.Envelope), member(content(envelope)), expected);
        });

    /// <summary>What went wrong, or null.</summary>
    public string? FindFault()
    {
        try
        {
            return _findFault();
        }
        catch (JsonException fault)
        {
            return $"{fault.Path}: {fault.Message}";
        }
    }

    private static string NameOf<T>(string prefix) => $"{prefix} {typeof(T).Name}";

    private static string? Compare(byte[] body, byte[] written, string found, string expected) =>
        found != expected ? $"read '{found}' for '{expected}'"
        : RawJson.Parse(body) != RawJson.Parse(written) ? $"wrote {RawJson.Parse(written)}"
        : null;
}
