namespace Switchboard.Protocol.Sse;

/// <summary>What a scan of an event stream came to.</summary>
public enum SseScanStatus
{
    /// <summary>The buffer holds no further whole event.</summary>
    NeedMore,

    /// <summary>An event was found.</summary>
    Event,

    /// <summary>The event that the buffer begins with is larger than allowed; the stream cannot be read on.</summary>
    TooLarge,
}
