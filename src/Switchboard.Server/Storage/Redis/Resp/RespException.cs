namespace Switchboard.Server.Storage.Redis.Resp;

/// <summary>What came is not the protocol, or beyond its limits. The connection cannot be used any more.</summary>
internal sealed class RespException(string message) : Exception(message);
