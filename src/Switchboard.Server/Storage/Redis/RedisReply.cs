using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>What became of a command.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Fault">Why there is none.</param>
internal readonly record struct RedisReply(RespValue Value, RedisFault Fault)
{
    /// <summary>No answer.</summary>
    public static RedisReply Failed(RedisFault fault) => new(RespValue.Null, fault);

    /// <summary>It was carried out.</summary>
    public bool IsOk => Fault == RedisFault.None && Value.Kind != RespKind.Error;
}
