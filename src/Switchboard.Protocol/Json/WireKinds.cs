namespace Switchboard.Protocol.Json;

/// <summary>Kinds of JSON values, as a set.</summary>
[Flags]
internal enum WireKinds : byte
{
    None = 0,
    String = 1,
    Number = 2,
    Boolean = 4,
    Array = 8,
    Object = 16,
    Any = 31,
}
