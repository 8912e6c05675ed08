using System.Diagnostics.Metrics;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Caching;

/// <summary>What became of the calls that could be answered from the cache, since the start of the process.</summary>
public sealed class CacheCounts
{
    private static readonly Meter s_meter = new(GatewayTelemetry.Name);
    private static readonly Counter<long> s_requests = s_meter.CreateCounter<long>("switchboard.cache.requests", "{request}", "Requests that the cache looked at, by what it did.");
    private static readonly Counter<long> s_stored = s_meter.CreateCounter<long>("switchboard.cache.stored", "{answer}", "Answers that were kept.");
    private static readonly Counter<long> s_bytes = s_meter.CreateCounter<long>("switchboard.cache.served", "By", "Bytes of answers that were given again.");

    private readonly long[] _results = new long[4];
    private long _stored;
    private long _joined;
    private int _waiting;

    /// <summary>Same requests that were answered.</summary>
    public long Hits => Of(CacheResult.Hit);

    /// <summary>Questions of the same meaning that were answered.</summary>
    public long SemanticHits => Of(CacheResult.Semantic);

    /// <summary>Requests that there was no answer for.</summary>
    public long Misses => Of(CacheResult.Miss);

    /// <summary>Requests that were none for the cache.</summary>
    public long Bypassed => Of(CacheResult.Bypass);

    /// <summary>Answers that were kept.</summary>
    public long Stored => Volatile.Read(ref _stored);

    /// <summary>Of the hits, those that got the answer to another call that was under way.</summary>
    public long Joined => Volatile.Read(ref _joined);

    /// <summary>Requests that get the answer to another call under way now, or wait for it.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    internal void Note(CacheResult result, long bytes = 0)
    {
        Interlocked.Increment(ref _results[(int)result]);
        s_requests.Add(1, new KeyValuePair<string, object?>("result", NameOf(result)));
        if (bytes > 0)
        {
            s_bytes.Add(bytes);
        }
    }

    internal void NoteStored()
    {
        Interlocked.Increment(ref _stored);
        s_stored.Add(1);
    }

    internal void NoteWaiting(int change) => Interlocked.Add(ref _waiting, change);

    internal void NoteJoined() => Interlocked.Increment(ref _joined);

    /// <summary>As callers and metrics read it.</summary>
    public static string NameOf(CacheResult result) => result switch
    {
        CacheResult.Hit => "hit",
        CacheResult.Semantic => "semantic",
        CacheResult.Miss => "miss",
        _ => "bypass",
    };

    private long Of(CacheResult result) => Volatile.Read(ref _results[(int)result]);
}
