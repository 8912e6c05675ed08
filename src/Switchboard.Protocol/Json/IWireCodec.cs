namespace Switchboard.Protocol.Json;

/// <summary>Reads and writes one kind of JSON value.</summary>
/// <typeparam name="T">What the value is in .NET.</typeparam>
public interface IWireCodec<T>
{
    /// <summary>Reads the value whose first token the reader stands on, and leaves the reader on its last token.</summary>
    /// <exception cref="System.Text.Json.JsonException">The value is not of this kind.</exception>
    static abstract T Read(ref WireReader reader);

    /// <summary>Writes the value.</summary>
    static abstract void Write(ref WireWriter writer, T value);
}
