using System.Globalization;
using System.Text;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// How things are called in Redis: a prefix, and a tag in braces that keeps the keys of one script together, such as
/// <c>switchboard:{state}:window:60:rpm:key_1</c>.
/// </summary>
internal sealed class RedisKeys(string prefix)
{
    private readonly byte[] _concurrent = Bytes($"{prefix}{{state}}:running:");
    private readonly byte[] _total = Bytes($"{prefix}{{state}}:total:");
    private readonly byte[] _minute = Bytes($"{prefix}{{state}}:window:60:");
    private readonly byte[] _day = Bytes($"{prefix}{{state}}:window:86400:");
    private readonly byte[] _lock = Bytes($"{prefix}{{state}}:lock:");

    /// <summary>The key of what is written to see whether it can be.</summary>
    public string Probe => $"{prefix}{{state}}:probe";

    /// <summary>Adds the key of a counter.</summary>
    public void Add(CommandBuffer command, Counter counter) => command.Add(
        counter.Kind switch
        {
            CounterKind.Concurrent => _concurrent,
            CounterKind.Total => _total,
            _ when counter.Period.Ticks == TimeSpan.TicksPerMinute => _minute,
            _ when counter.Period.Ticks == TimeSpan.TicksPerDay => _day,
            _ => Bytes($"{prefix}{{state}}:window:{counter.Period.TotalSeconds.ToString(CultureInfo.InvariantCulture)}:"),
        },
        counter.Name);

    /// <summary>The key of a lock.</summary>
    public void AddLock(CommandBuffer command, string name) => command.Add(_lock, name);

    /// <summary>The key of a cached entry. The length keeps a group's ':' apart from the name's.</summary>
    public void AddEntry(CommandBuffer command, CacheKey key) =>
        command.Add(Bytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}{{state}}:cache:{key.Group.Length}:{key.Group}:")), key.Name);

    /// <summary>The key of what marks a group's entries.</summary>
    public void AddMark(CommandBuffer command, string group) => command.Add(Bytes($"{prefix}{{state}}:mark:"), group);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
