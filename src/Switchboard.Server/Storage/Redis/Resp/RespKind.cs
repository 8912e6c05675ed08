namespace Switchboard.Server.Storage.Redis.Resp;

/// <summary>What a value of the protocol is.</summary>
internal enum RespKind
{
    /// <summary>Nothing.</summary>
    Null,

    /// <summary>Bytes: a simple, bulk or verbatim string, or a number too big for 64 bits.</summary>
    Text,

    /// <summary>A whole number; 0 or 1 for a boolean.</summary>
    Integer,

    /// <summary>A number with a point.</summary>
    Double,

    /// <summary>An error; its bytes say which.</summary>
    Error,

    /// <summary>Values one after the other: an array, a set, or a map (name, value, name, value …).</summary>
    Items,

    /// <summary>Something the server says unasked.</summary>
    Push,
}
