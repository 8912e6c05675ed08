using System.Security.Cryptography;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Configuration;
using Switchboard.Server.Storage.Records;
using Switchboard.Server.Storage.Redis;

namespace Switchboard.Server.Health;

/// <summary>
/// Asks what the gateway relies on how it is, when somebody wants to know and nobody has asked for a while. Who asks
/// waits for that a moment at most, and gets what was known before.
/// </summary>
internal sealed class DependencyChecks(InitialConfiguration initial, SqlDatabase database, ISharedState shared, Ledger ledger, TimeProvider time)
{
    // Whoever watches may ask as often as it likes: the database is not asked more often than this.
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private Task<Report>? _asking;
    private Report? _last;

    /// <summary>What was found last, and when.</summary>
    /// <param name="At">When.</param>
    /// <param name="All">What.</param>
    public sealed record Report(DateTimeOffset At, IReadOnlyList<Dependency> All);

    /// <summary>How they are; null where the first answer takes long.</summary>
    public async Task<Report?> ReadAsync(CancellationToken cancellationToken)
    {
        Task<Report> asking;
        lock (_gate)
        {
            if (_last is { } last && time.GetUtcNow() - last.At < s_fresh)
            {
                return last;
            }

            asking = _asking ??= Task.Run(AskAsync, CancellationToken.None);
        }

        try
        {
            return await asking.WaitAsync(s_patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Volatile.Read(ref _last);
        }
    }

    private async Task<Report> AskAsync()
    {
        var both = await Task.WhenAll(AskRecordsAsync(), AskSharedAsync());
        var report = new Report(time.GetUtcNow(), [.. both, OfLedger()]);
        lock (_gate)
        {
            _last = report;
            _asking = null;
        }

        return report;
    }

    private async Task<Dependency> AskRecordsAsync()
    {
        var kind = initial.Configuration.Storage.RecordsKind switch
        {
            RecordsKind.Memory => "memory",
            RecordsKind.Postgres => "postgres",
            _ => "sqlite",
        };
        var began = time.GetTimestamp();
        using var limit = new CancellationTokenSource(s_deadline, time);
        try
        {
            await database.ReadAsync(0L, session => session.NumberAsync($"SELECT 1"), limit.Token).WaitAsync(s_deadline, time);
            return new("records", kind, DependencyState.Ok, time.GetElapsedTime(began));
        }
        catch (Exception)
        {
            // The boundary of work that nobody's request carries: whatever its driver throws, it does not answer.
            return new("records", kind, DependencyState.Down);
        }
    }

    private async Task<Dependency> AskSharedAsync()
    {
        if (shared is not RedisSharedState redis)
        {
            return new("shared_state", "memory", DependencyState.Ok);
        }

        // A name that nobody has: the answer is one key looked up, as for a call.
        var began = time.GetTimestamp();
        try
        {
            await redis.Cache.GetAsync(new CacheKey("health", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)))).AsTask().WaitAsync(s_deadline, time);
        }
        catch (TimeoutException)
        {
            return new("shared_state", "redis", DependencyState.Down);
        }

        return redis.IsAvailable ? new("shared_state", "redis", DependencyState.Ok, time.GetElapsedTime(began)) : new("shared_state", "redis", DependencyState.Down);
    }

    // Batches on disk are a database that was away; lost rows are requests that nobody will be told of.
    private Dependency OfLedger()
    {
        var (spilled, lost) = (ledger.SpilledBatches, ledger.Lost);
        return new("ledger", spilled > 0 ? "disk" : "records", spilled > 0 || lost > 0 ? DependencyState.Degraded : DependencyState.Ok)
        {
            Counts = [("waiting_rows", ledger.Waiting), ("spilled_batches", spilled), ("lost_rows", lost)],
        };
    }
}
