using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Caching;

/// <summary>
/// Answers a request that was answered before with the same bytes, and keeps the answers to those that were not. Equal
/// requests at the same time are one call.
/// </summary>
internal sealed class CachingStage(CacheSettings settings, GatewayConfiguration configuration, AnswerStore store, CancellationToken stopping) : IGatewayStage
{
    private readonly (string Pattern, TimeSpan Life)[] _patterns =
    [
        .. configuration.Models
            .Where(row => row.Key.Contains('*', StringComparison.Ordinal))
            .OrderByDescending(row => row.Key.IndexOf('*', StringComparison.Ordinal))
            .ThenByDescending(row => row.Key.Length)
            .Select(row => (row.Key, row.Value.CacheLife ?? settings.Life)),
    ];

    private readonly CacheMiss _misses = new(settings, store, stopping);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        if (!CacheableRequest.IsOne(call) || LifeOf(call.Facts.Model) is not { Ticks: > 0 } life)
        {
            return next(call, cancellationToken);
        }

        if (call.CacheWish.Bypass)
        {
            return BypassAsync(call, next, cancellationToken);
        }

        var started = store.Time.GetTimestamp();
        var learning = store.LearnAsync();
        return learning.IsCompletedSuccessfully && !LongWork.IsElsewhere(call.Body.Length)
            ? LookAsync(call, next, life, started, cancellationToken)
            : LearnAsync(call, next, learning, life, started, cancellationToken);
    }

    private async ValueTask<GatewayOutcome> LearnAsync(GatewayCall call, GatewayStep next, ValueTask learning, TimeSpan life, long started, CancellationToken cancellationToken)
    {
        await learning;
        if (LongWork.IsElsewhere(call.Body.Length))
        {
            await Task.Yield();
        }

        return await LookAsync(call, next, life, started, cancellationToken);
    }

    private ValueTask<GatewayOutcome> LookAsync(GatewayCall call, GatewayStep next, TimeSpan life, long started, CancellationToken cancellationToken)
    {
        var tenant = settings.Scope == CacheScope.Key ? call.Caller.Tenant ?? "" : "";
        var question = CacheQuestion.Of(call, tenant, store.MarkOf(tenant, call.Facts.Model), isSemantic: settings.Semantic is not null && call.CacheWish is { Exact: false, Fresh: false });
        if (question is null)
        {
            return BypassAsync(call, next, cancellationToken);
        }

        life = call.CacheWish.Life is { } own && own < life ? own : life;
        var visit = new CacheVisit(call, next, question, life, started);
        return !call.CacheWish.Fresh && store.Find(question.Key) is { } found && visit.IsWanted(found, store.Time.GetUtcNow())
            ? visit.HitAsync(found, store, cancellationToken)
            : MissAsync(visit, cancellationToken);
    }

    private ValueTask<GatewayOutcome> BypassAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        store.Counts.Note(CacheResult.Bypass);
        call.Cache = CacheNote.Bypass;
        call.Watch?.Tell("switchboard.cache", new KeyValuePair<string, object?>("switchboard.cache.result", CacheCounts.NameOf(CacheResult.Bypass)));
        return call.CacheWish.OnlyIfCached ? new(GatewayOutcome.Failed(NotCached)) : next(call, cancellationToken);
    }

    private async ValueTask<GatewayOutcome> MissAsync(CacheVisit visit, CancellationToken cancellationToken)
    {
        var wish = visit.Call.CacheWish;
        if (!wish.Fresh && store.IsShared && await store.FindSharedAsync(visit.Question.Key) is { } found && visit.IsWanted(found, store.Time.GetUtcNow()))
        {
            return await visit.HitAsync(found, store, cancellationToken);
        }

        if (wish.OnlyIfCached)
        {
            visit.NoteMiss(store);
            return GatewayOutcome.Failed(NotCached);
        }

        return await _misses.RunAsync(visit, cancellationToken);
    }

    private TimeSpan LifeOf(string model)
    {
        if (settings.Models.Count > 0 && !settings.Models.Any(pattern => NamePattern.Matches(pattern, model)))
        {
            return TimeSpan.Zero;
        }

        var name = configuration.Aliases.GetValueOrDefault(model, model);
        return configuration.Models.TryGetValue(name, out var row) ? row.CacheLife ?? settings.Life : LifeByPattern(name);
    }

    // As routing has it, the most of the name that is written out wins.
    private TimeSpan LifeByPattern(string model)
    {
        foreach (var (pattern, life) in _patterns)
        {
            if (ModelNames.Match(pattern, model) is not null)
            {
                return life;
            }
        }

        return settings.Life;
    }

    private static GatewayError NotCached { get; } = new(504, new ErrorBody(
        "There is no answer to this request in the cache, and 'only-if-cached' allows no other.", ErrorTypes.InvalidRequest, null, "not_cached"));
}
