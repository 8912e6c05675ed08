namespace Switchboard.Protocol.Sse;

/// <summary>What a scan of an event stream came to.</summary>
public enum SseScanStatus
{
    /// <summary>The buffer holds no further whole event.</summary>
    NeedMore,

    /// <summary>An event was found.</summary>
    Event,

    /// <summary>A line is longer than <see cref="SseLimits.MaxLineBytes"/>; the stream cannot be read on.</summary>
    LineTooLong,

    /// <summary>An event is larger than <see cref="SseLimits.MaxEventBytes"/>; the stream cannot be read on.</summary>
    EventTooLarge,
}
