using System.Buffers;

namespace Switchboard.Gateway.Translation.Framing;

/// <summary>How the events of a provider's stream lie in its bytes.</summary>
internal interface IStreamFraming : IDisposable
{
    /// <summary>What the stream calls itself in its <c>Content-Type</c>, without parameters.</summary>
    string MediaType { get; }

    /// <summary>Takes the next event.</summary>
    /// <param name="rest">The bytes that were not looked at; what is taken is cut off.</param>
    /// <param name="isLast">No more bytes follow these.</param>
    /// <param name="framed">The event, valid until <paramref name="rest"/> moves on or another is taken.</param>
    FramingStatus TryRead(ref ReadOnlySequence<byte> rest, bool isLast, out FramedEvent framed);
}

/// <summary>What was found.</summary>
internal enum FramingStatus
{
    /// <summary>No whole event any more.</summary>
    NeedMore,

    /// <summary>An event.</summary>
    Event,

    /// <summary>Something that keeps the connection open and says nothing.</summary>
    Nothing,

    /// <summary>The bytes are not framed as they should be, or an event is larger than any may be.</summary>
    Broken,
}

/// <summary>An event: the name that its frame gives it, and its data.</summary>
internal readonly ref struct FramedEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
{
    /// <summary>Its name; empty where the frame has none.</summary>
    public ReadOnlySpan<byte> Type { get; } = type;

    /// <summary>Its data, most often JSON.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;
}
