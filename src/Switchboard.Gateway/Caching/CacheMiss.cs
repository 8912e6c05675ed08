using Switchboard.Gateway.Caching.Semantic;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.Caching;

/// <summary>
/// Has a provider answer what is not in the cache. Of equal calls at the same time one goes on, and the others get its
/// answer: a stream as it comes, anything else when it is whole. Where that fails they go on themselves.
/// </summary>
internal sealed class CacheMiss(CacheSettings settings, AnswerStore store, CancellationToken stopping)
{
    // How long a gateway waits for another that was first. Nobody waits for a stream: its first words come sooner if asked for.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_seldomLook = TimeSpan.FromMilliseconds(200);

    private readonly Flights _flights = new(stopping);
    private readonly SemanticSearch? _search = settings.Semantic is { } semantic ? new(semantic, store) : null;
    private readonly int _mostBytes = settings.MaxEntryKilobytes * 1024;

    /// <summary>Answers a call.</summary>
    public async ValueTask<GatewayOutcome> RunAsync(CacheVisit visit, CancellationToken cancellationToken)
    {
        var isLeader = true;
        var key = visit.Question.Key;

        // Whoever wants a fresh answer does not take one that was begun before.
        var flight = visit.Call.CacheWish.Fresh ? _flights.Begin(key, cancellationToken) : _flights.Enter(key, out isLeader, cancellationToken);
        if (!isLeader)
        {
            if (await FollowAsync(visit, flight, cancellationToken) is { } outcome)
            {
                return outcome;
            }

            flight = _flights.Begin(key, cancellationToken);
        }

        return await LeadAsync(visit, flight, cancellationToken);
    }

    private async ValueTask<GatewayOutcome?> FollowAsync(CacheVisit visit, Flight flight, CancellationToken cancellationToken)
    {
        store.Counts.NoteWaiting(1);
        try
        {
            var recording = flight.Recording;
            while (true)
            {
                var version = recording.Version;
                var isReady = recording.IsOver ? recording.IsKept : recording.IsStream;
                if (isReady)
                {
                    return await JoinAsync(visit, recording, cancellationToken);
                }

                if (recording.IsOver || recording.IsTooLarge)
                {
                    return null;
                }

                await recording.WaitAsync(version, cancellationToken);
            }
        }
        finally
        {
            store.Counts.NoteWaiting(-1);
            flight.Leave();
        }
    }

    private async ValueTask<GatewayOutcome?> JoinAsync(CacheVisit visit, AnswerRecording recording, CancellationToken cancellationToken)
    {
        if (recording.Target is not { } target || !visit.Call.Caller.MayUse(target.Provider) || !AnswerCheck.IsOfKind(recording.Head!))
        {
            return null;
        }

        visit.NoteHit(store, TimeSpan.Zero, recording.Published);
        store.Counts.NoteJoined();
        return await AnswerReplay.FollowAsync(visit.Call, recording, cancellationToken);
    }

    private async ValueTask<GatewayOutcome> LeadAsync(CacheVisit visit, Flight flight, CancellationToken cancellationToken)
    {
        SharedLock? held = null;
        try
        {
            // It may have been kept since the first look: the call that was under way then is over.
            var found = visit.Call.CacheWish.Fresh ? null : store.Find(visit.Question.Key);
            found = found is not null && visit.IsWanted(found, store.Time.GetUtcNow()) ? found : null;
            RememberedQuestion? question = null;
            if (found is null && _search is not null)
            {
                (question, var near, var similarity) = await _search.FindAsync(visit, flight.Token);
                if (near is not null)
                {
                    return await visit.HitAsync(near, store, cancellationToken, similarity);
                }
            }

            if (found is null && store.Locks is { } locks && !visit.Call.Facts.Stream && !visit.Call.CacheWish.Fresh)
            {
                (held, found) = await AwaitTurnAsync(visit, locks, flight.Token);
            }

            return found is not null
                ? await visit.HitAsync(found, store, cancellationToken)
                : await AskAsync(visit, flight, question, cancellationToken);
        }
        finally
        {
            flight.End(isWhole: false, isKept: false, null);
            flight.Dispose();
            if (held is not null)
            {
                await held.DisposeAsync();
            }
        }
    }

    private async ValueTask<(SharedLock? Held, CachedAnswer? Found)> AwaitTurnAsync(CacheVisit visit, ISharedLocks locks, CancellationToken cancellationToken)
    {
        var name = $"answer:{visit.Question.Key.Name}";
        var wait = s_firstLook;
        for (var waited = TimeSpan.Zero; ; waited += wait, wait = wait * 2 < s_seldomLook ? wait * 2 : s_seldomLook)
        {
            // The lock first: whoever had it has shared its answer before it gave it back.
            var held = await locks.TryTakeAsync(name, s_longestWait);
            if (await FindSharedAsync(visit) is { } found)
            {
                if (held is not null)
                {
                    await held.DisposeAsync();
                }

                return (null, found);
            }

            if (held is not null || waited >= s_longestWait)
            {
                return (held, null);
            }

            await Task.Delay(wait, store.Time, cancellationToken);
        }
    }

    private async ValueTask<CachedAnswer?> FindSharedAsync(CacheVisit visit) =>
        await store.FindSharedAsync(visit.Question.Key) is { } found && visit.IsWanted(found, store.Time.GetUtcNow()) ? found : null;

    private async ValueTask<GatewayOutcome> AskAsync(CacheVisit visit, Flight flight, RememberedQuestion? question, CancellationToken cancellationToken)
    {
        var call = visit.Call;
        var caller = call.Sink;
        var sink = new KeepingSink(caller, call, flight, _mostBytes);
        visit.NoteMiss(store);
        call.SendTo(sink);
        try
        {
            var outcome = await visit.Next(call, flight.Token);
            var isWhole = outcome is { IsError: false, IsCallerGone: false } && call.Fault is null && !sink.IsAborted;
            var answer = isWhole ? Take(visit, flight.Recording) : null;
            if (answer is not null)
            {
                Keep(visit, answer, question);
            }

            // First the others: the caller may be slow.
            flight.End(isWhole, answer is not null, call.Fault);
            var isThere = await sink.CatchUpAsync(flight.Token);
            if (answer is not null)
            {
                await store.ShareAsync(visit.Question.Key, answer, visit.Life);
            }

            return outcome.IsError || (isThere && !cancellationToken.IsCancellationRequested) ? outcome : GatewayOutcome.CallerLeft;
        }
        finally
        {
            // What is told from here on is told to the caller alone.
            call.SendTo(caller);
        }
    }

    private void Keep(CacheVisit visit, byte[] answer, RememberedQuestion? question)
    {
        store.KeepHere(visit.Question.Key, answer, visit.Life);
        if (question is not null)
        {
            _search!.Remember(question);
        }
    }

    private byte[]? Take(CacheVisit visit, AnswerRecording recording)
    {
        if (recording.IsTooLarge || recording.Length > _mostBytes || recording is not { Head: { } head, Target: { } target } || !AnswerCheck.IsOfKind(head))
        {
            return null;
        }

        var now = store.Time.GetUtcNow();
        var answer = new CachedAnswer(head.ContentType!, head.Dialect, target, default) { Dropped = recording.Dropped, KeptAt = now, EndsAt = now + visit.Life };
        var bytes = answer.Encode(recording.Between(0, recording.Length), (int)recording.Length);
        return AnswerCheck.IsWhole(visit.Call.Operation, CachedAnswer.Decode(bytes)!) ? bytes : null;
    }
}
