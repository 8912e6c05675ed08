namespace Switchboard.Protocol.Sse;

/// <summary>How long a line and how large an event of a stream may be; beyond it the stream cannot be read on.</summary>
public sealed record SseLimits
{
    /// <summary>The largest value of either limit: 1 GB.</summary>
    public const int Largest = 1024 * 1024 * 1024;

    private const int DefaultBytes = 16 * 1024 * 1024;

    private readonly int _maxLineBytes = DefaultBytes;
    private readonly int _maxEventBytes = DefaultBytes;

    /// <summary>The limits where none are given.</summary>
    public static SseLimits Default { get; } = new();

    /// <summary>The bytes that a line may have without its end; 16 MB by default, 1 to <see cref="Largest"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxLineBytes
    {
        get => _maxLineBytes;
        init => _maxLineBytes = Checked(value);
    }

    /// <summary>
    /// The bytes that an event may have, from its first line to the end of its last; 16 MB by default, 1 to
    /// <see cref="Largest"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxEventBytes
    {
        get => _maxEventBytes;
        init => _maxEventBytes = Checked(value);
    }

    // Where both limits are passed the one that was reached first counts, so that it does not matter how the bytes
    // were cut.
    internal SseScanStatus Check(long lineStart, long lineLength) =>
        lineLength > _maxLineBytes && lineStart + _maxLineBytes <= _maxEventBytes ? SseScanStatus.LineTooLong
        : lineStart + lineLength > _maxEventBytes ? SseScanStatus.EventTooLarge
        : SseScanStatus.Event;

    private static int Checked(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Largest);
        return value;
    }
}
