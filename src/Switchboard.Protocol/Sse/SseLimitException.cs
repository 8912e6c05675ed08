using System.Globalization;

namespace Switchboard.Protocol.Sse;

/// <summary>A line or an event of a stream is larger than allowed; the message says which and how much is.</summary>
public sealed class SseLimitException : IOException
{
    internal SseLimitException(SseScanStatus status, SseLimits limits)
        : base(status == SseScanStatus.LineTooLong
            ? string.Create(CultureInfo.InvariantCulture, $"A line of the event stream is longer than {limits.MaxLineBytes} bytes (SseLimits.MaxLineBytes).")
            : string.Create(CultureInfo.InvariantCulture, $"An event of the stream is larger than {limits.MaxEventBytes} bytes (SseLimits.MaxEventBytes)."))
    {
        Status = status;
        LimitBytes = status == SseScanStatus.LineTooLong ? limits.MaxLineBytes : limits.MaxEventBytes;
    }

    /// <summary><see cref="SseScanStatus.LineTooLong"/> or <see cref="SseScanStatus.EventTooLarge"/>.</summary>
    public SseScanStatus Status { get; }

    /// <summary>The limit that was passed, in bytes.</summary>
    public int LimitBytes { get; }
}
