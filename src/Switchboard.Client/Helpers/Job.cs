namespace Switchboard.Client.Helpers;

/// <summary>A kind of job: how it is named, and where it says how far it is.</summary>
/// <param name="Kind">Its name in messages.</param>
/// <param name="Id">Its id.</param>
/// <param name="Status">What it is doing; empty or null from servers that do not say, whose jobs are over when they answer.</param>
internal sealed record Job<T>(string Kind, Func<T, string> Id, Func<T, string?> Status)
    where T : class
{
    // All the kinds share their words. A word that is not known is taken for one of a job under way: a wait that ends too early
    // gives out half a result, and one that is too long can be limited.
    public bool IsOver(T job) => HasFailed(job) || Status(job) is null or "" or "completed" or "succeeded" or "processed" or "incomplete" or "requires_action";

    public bool HasFailed(T job) => Status(job) is "failed" or "error" or "cancelled" or "canceled" or "expired" or "deleted";

    public string NameOf(T job) => $"{Kind} '{Id(job)}'";
}
