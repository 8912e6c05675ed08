using System.Diagnostics;

namespace Switchboard.Gateway.Telemetry;

/// <summary>What is watched of one call while it runs. There is one where somebody reads spans or metrics.</summary>
/// <param name="span">Its span; null where it is not sampled.</param>
/// <param name="time">The clock.</param>
internal sealed class CallWatch(Activity? span, TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();
    private long _beganAt;

    /// <summary>How long the call has run.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_startedAt);

    /// <summary>When its answer began, from the call's start; null where it did not.</summary>
    public TimeSpan? FirstToken => _beganAt == 0 ? null : time.GetElapsedTime(_startedAt, _beganAt);

    /// <summary>Somebody wants to know what the answer says of itself.</summary>
    public bool IsTraced => span is not null;

    /// <summary>Notes that the answer begins. The head of a stream may leave long before its first event: the last word counts.</summary>
    public void Begin() => _beganAt = time.GetTimestamp();

    /// <summary>Puts an event on the span.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tags">What is told of it; nothing a caller wrote.</param>
    public void Tell(string name, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (span is not null)
        {
            span.AddEvent(new ActivityEvent(name, tags: [.. tags]));
        }
    }
}
