using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Caching;

/// <summary>A call at the cache.</summary>
/// <param name="Call">The call.</param>
/// <param name="Next">Asks a provider.</param>
/// <param name="Question">What it asks.</param>
/// <param name="Life">How long its answer is kept.</param>
/// <param name="StartedAt">When it came.</param>
internal sealed record CacheVisit(GatewayCall Call, GatewayStep Next, CacheQuestion Question, TimeSpan Life, long StartedAt)
{
    private const string Phase = "cache";

    /// <summary>Whether an answer may be given to its caller.</summary>
    public bool IsWanted(CachedAnswer answer, DateTimeOffset now) =>
        Call.Caller.MayUse(answer.Target.Provider)
        && answer.EndsAt > now
        && (Call.CacheWish.MaxAge is not { } most || now - answer.KeptAt <= most);

    /// <summary>Gives it an answer that is kept.</summary>
    public ValueTask<GatewayOutcome> HitAsync(CachedAnswer answer, AnswerStore store, CancellationToken cancellationToken, double? similarity = null)
    {
        var age = store.Time.GetUtcNow() - answer.KeptAt;
        NoteHit(store, age > TimeSpan.Zero ? age : TimeSpan.Zero, answer.Body.Length, similarity);
        return AnswerReplay.SendAsync(Call, answer, cancellationToken);
    }

    /// <summary>Notes that the cache answers it.</summary>
    public void NoteHit(AnswerStore store, TimeSpan age, long bytes, double? similarity = null) =>
        Note(store, new CacheNote(similarity is null ? CacheResult.Hit : CacheResult.Semantic) { Age = age, Similarity = similarity }, bytes);

    /// <summary>Notes that a provider has to be asked.</summary>
    public void NoteMiss(AnswerStore store) => Note(store, CacheNote.Miss, 0);

    private void Note(AnswerStore store, CacheNote note, long bytes)
    {
        Call.Cache = note;
        Call.Watch?.Tell("switchboard.cache", new("switchboard.cache.result", CacheCounts.NameOf(note.Result)), new("switchboard.cache.age", note.IsAnswer ? note.Age.TotalSeconds : null));
        Call.Timings.Add(Phase, store.Time.GetElapsedTime(StartedAt));
        store.Counts.Note(note.Result, bytes);
    }
}
