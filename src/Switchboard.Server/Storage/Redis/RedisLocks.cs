using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>Locks at Redis, each with a word that only its holder knows. While Redis is away they are those of this process.</summary>
internal sealed class RedisLocks(RedisClient client, RedisKeys keys, ISharedLocks local) : ISharedLocks
{
    /// <inheritdoc/>
    public async ValueTask<SharedLock?> TryTakeAsync(string name, TimeSpan life)
    {
        var holder = Guid.NewGuid().ToString("N");
        using var command = CommandBuffer.Of("SET");
        keys.AddLock(command, name);
        command.Add(holder).Add("NX").Add("PX").Add((long)life.TotalMilliseconds);
        var reply = await client.SendAsync(command);
        return !reply.IsOk ? await local.TryTakeAsync(name, life)
            : reply.Value.Kind == RespKind.Text ? new Held(client, keys, name, holder)
            : null;
    }

    private sealed class Held(RedisClient client, RedisKeys keys, string name, string holder) : SharedLock
    {
        /// <inheritdoc/>
        public override async ValueTask<bool> ExtendAsync(TimeSpan life)
        {
            using var arguments = Ask("extend").Add((long)life.TotalMilliseconds);
            return (await client.RunAsync(RedisScript.Entries, arguments)).Value.Integer == 1;
        }

        /// <inheritdoc/>
        protected override async ValueTask GiveBackAsync()
        {
            using var arguments = Ask("release");
            await client.RunAsync(RedisScript.Entries, arguments);
        }

        private CommandBuffer Ask(string what)
        {
            var arguments = new CommandBuffer().Add(1);
            keys.AddLock(arguments, name);
            return arguments.Add(what).Add(holder);
        }
    }
}
