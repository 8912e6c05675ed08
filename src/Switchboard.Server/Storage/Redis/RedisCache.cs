using System.Security.Cryptography;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// Cached bytes at Redis. Each entry begins with the mark of its group; a flush gives the group another mark, and what
/// has the old one is none any more until its life is over.
/// </summary>
internal sealed class RedisCache(RedisClient client, RedisKeys keys) : ISharedCache
{
    private const int MarkLength = 8;

    // One that takes longer to read than the deadline is of no use, and holds up everybody's answers.
    private const int MostBytes = 4 * 1024 * 1024;

    private static ReadOnlySpan<byte> NeverFlushed => "00000000"u8;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(CacheKey key)
    {
        using var command = CommandBuffer.Of("MGET");
        keys.AddEntry(command, key);
        keys.AddMark(command, key.Group);
        var reply = await client.SendAsync(command);
        if (!reply.IsOk || reply.Value.Items is not [var entry, var mark])
        {
            RedisAvailability.Miss("not_cached");
            return null;
        }

        var expected = mark.Kind == RespKind.Text ? mark.Bytes.Span : NeverFlushed;
        return entry.Kind == RespKind.Text && entry.Bytes.Span.StartsWith(expected) ? entry.Bytes[MarkLength..] : (ReadOnlyMemory<byte>?)null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan life)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, ISharedCache.LongestLife);
        if (value.Length > MostBytes || life < TimeSpan.FromMilliseconds(1))
        {
            return false;
        }

        using var arguments = new CommandBuffer().Add(2);
        keys.AddEntry(arguments, key);
        keys.AddMark(arguments, key.Group);
        arguments.Add("keep").Add(NeverFlushed).Add(value.Span).Add((long)life.TotalMilliseconds);
        return (await client.RunAsync(RedisScript.Entries, arguments)).IsOk;
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(CacheKey key)
    {
        using var command = CommandBuffer.Of("UNLINK");
        keys.AddEntry(command, key);
        await client.SendAsync(command);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> FlushAsync(string group)
    {
        using var command = CommandBuffer.Of("SET");
        keys.AddMark(command, group);
        command.Add(RandomNumberGenerator.GetBytes(MarkLength)).Add("PX");

        // Longer than the longest life of what it makes void.
        command.Add((long)(ISharedCache.LongestLife + TimeSpan.FromDays(1)).TotalMilliseconds);
        return (await client.SendAsync(command)).IsOk;
    }
}
