using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// A command that was sent and waits for its answer. Who waits goes on on the thread pool: the thread that reads the
/// answers of all must not be held up by one of them.
/// </summary>
/// <param name="sentAt">When it was sent.</param>
/// <param name="tooLate">Gets an answer that came after its time.</param>
internal sealed class RedisRequest(long sentAt, Action<RespValue>? tooLate)
    : TaskCompletionSource<RedisReply>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>When it was sent.</summary>
    public long SentAt => sentAt;

    /// <summary>Brings the answer.</summary>
    public void Answer(RespValue value)
    {
        if (!TrySetResult(new RedisReply(value, RedisFault.None)))
        {
            tooLate?.Invoke(value);
        }
    }

    /// <summary>Lets who waits go on without one.</summary>
    /// <returns>False where it had one.</returns>
    public bool GiveUp(RedisFault fault) => TrySetResult(RedisReply.Failed(fault));
}
