using Switchboard.Gateway.Caching.Semantic;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.Caching;

/// <summary>
/// The answers that are kept: in the memory of this process, and behind it in what all gateways share, where they share
/// something. It outlives configurations and serves all calls at once.
/// </summary>
public sealed class AnswerStore
{
    private const string SharedGroup = "answers";
    private const string FlushLock = "answers:flush";

    // How long another gateway may give answers again that were flushed here.
    private static readonly TimeSpan s_marksAge = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lockLife = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_lockRetry = TimeSpan.FromMilliseconds(20);
    private static readonly CacheKey s_marksKey = new("answers-flushed", "marks");

    private readonly MemoryCache _front;
    private readonly ISharedState? _shared;
    private readonly FlushMarks _marks;
    private long _markedAt;
    private int _isMarking;

    /// <summary>An empty store.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="shared">The shared state; what it keeps in this process is not asked.</param>
    public AnswerStore(TimeProvider time, ISharedState shared)
    {
        Time = time;
        _shared = shared is MemorySharedState ? null : shared;
        _front = new MemoryCache(time, new CacheSettings().MaxMegabytes * 1024L * 1024L);
        _marks = new FlushMarks(time);
        _markedAt = time.GetTimestamp() - (2 * Ticks(s_marksAge));
    }

    /// <summary>True where other gateways share it.</summary>
    public bool IsShared => _shared is not null;

    /// <summary>How many answers there are in this process.</summary>
    public int Count => _front.Count;

    /// <summary>How many bytes they take.</summary>
    public long Bytes => _front.Bytes;

    /// <summary>The most bytes that they take.</summary>
    public long MaxBytes => _front.MaxBytes;

    /// <summary>What became of calls since the start of the process.</summary>
    public CacheCounts Counts { get; } = new();

    /// <summary>How many questions are remembered by their meaning.</summary>
    public int QuestionCount => Questions.Count;

    internal TimeProvider Time { get; }

    /// <summary>The questions that answers can be found by that mean the same.</summary>
    internal QuestionIndex Questions { get; } = new();

    /// <summary>The locks of all gateways; null where there are no others.</summary>
    internal ISharedLocks? Locks => _shared?.Locks;

    /// <summary>Forgets answers, on all gateways: at once here, within five seconds on others.</summary>
    /// <param name="tenant">Those of this tenant alone; null for all.</param>
    /// <param name="model">Those of this model alone, by the name that callers ask for; null for all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False where the shared state is away: the others know nothing of it.</returns>
    public async ValueTask<bool> FlushAsync(string? tenant, string? model, CancellationToken cancellationToken)
    {
        _marks.Add(tenant, model);
        _front.Flush(group => IsMeant(group, tenant, model));
        return _shared is null || await TellAsync(_shared, cancellationToken);
    }

    /// <summary>Puts bounds in force.</summary>
    internal void Apply(CacheSettings settings)
    {
        var most = settings.Enabled ? settings.MaxMegabytes * 1024L * 1024L : 0;
        if (_front.MaxBytes != most)
        {
            _front.MaxBytes = most;
        }
    }

    /// <summary>The mark that answers to a tenant from a model have now.</summary>
    internal long MarkOf(string tenant, string model) => _marks.Of(tenant, model);

    /// <summary>Learns what others flushed, where that is due; waits for it only where nothing was learned so far.</summary>
    internal ValueTask LearnAsync()
    {
        if (_shared is null)
        {
            return default;
        }

        var age = Time.GetTimestamp() - Volatile.Read(ref _markedAt);
        if (age < Ticks(s_marksAge) || Interlocked.Exchange(ref _isMarking, 1) != 0)
        {
            return default;
        }

        var learning = LearnAsync(_shared);
        return age >= 2 * Ticks(s_marksAge) ? new(learning) : default;
    }

    /// <summary>The answer in this process.</summary>
    internal CachedAnswer? Find(CacheKey key) => _front.Get(key) is { } bytes ? CachedAnswer.Decode(bytes) : null;

    /// <summary>The answer in what gateways share; from then on it is in this process, too.</summary>
    internal async ValueTask<CachedAnswer?> FindSharedAsync(CacheKey key)
    {
        if (_shared is null || await _shared.Cache.GetAsync(SharedKey(key)) is not { } bytes || CachedAnswer.Decode(bytes) is not { } answer)
        {
            return null;
        }

        _front.Set(key, bytes, answer.EndsAt - Time.GetUtcNow());
        return answer;
    }

    /// <summary>Keeps an answer in this process.</summary>
    internal void KeepHere(CacheKey key, byte[] answer, TimeSpan life)
    {
        if (_front.Set(key, answer, life))
        {
            Counts.NoteStored();
        }
    }

    /// <summary>Keeps an answer for other gateways.</summary>
    internal async ValueTask ShareAsync(CacheKey key, byte[] answer, TimeSpan life)
    {
        if (_shared is not null)
        {
            await _shared.Cache.SetAsync(SharedKey(key), answer, life);
        }
    }

    private static CacheKey SharedKey(CacheKey key) => new(SharedGroup, key.Name);

    private static bool IsMeant(string group, string? tenant, string? model)
    {
        // As CacheQuestion.GroupOf writes it; no tenant has a line break in its name.
        var split = group.IndexOf('\n', StringComparison.Ordinal);
        return (tenant is null || group.AsSpan(0, split).SequenceEqual(tenant)) && (model is null || group.AsSpan(split + 1).SequenceEqual(model));
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Time.TimestampFrequency);

    private async Task LearnAsync(ISharedState shared)
    {
        try
        {
            if (await shared.Cache.GetAsync(s_marksKey) is { } marks)
            {
                _marks.Merge(marks);
            }

            Volatile.Write(ref _markedAt, Time.GetTimestamp());
        }
        finally
        {
            Volatile.Write(ref _isMarking, 0);
        }
    }

    private async ValueTask<bool> TellAsync(ISharedState shared, CancellationToken cancellationToken)
    {
        // Two that flush at once must not write over each other. Who holds it longer than it lives has lost it.
        var held = await shared.Locks.TryTakeAsync(FlushLock, s_lockLife);
        for (var waited = TimeSpan.Zero; held is null && waited < s_lockLife; waited += s_lockRetry)
        {
            await Task.Delay(s_lockRetry, Time, cancellationToken);
            held = await shared.Locks.TryTakeAsync(FlushLock, s_lockLife);
        }

        try
        {
            await LearnAsync(shared);
            return await shared.Cache.SetAsync(s_marksKey, _marks.ToJson(), ISharedCache.LongestLife);
        }
        finally
        {
            if (held is not null)
            {
                await held.DisposeAsync();
            }
        }
    }
}
