using System.Buffers;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Translation.Framing;

/// <summary>Server-sent events.</summary>
internal sealed class SseFraming : IStreamFraming
{
    private readonly SseScanner _scanner = new();
    private readonly Contiguous _data = new();
    private readonly Contiguous _type = new();

    /// <inheritdoc/>
    public string MediaType => "text/event-stream";

    /// <inheritdoc/>
    public FramingStatus TryRead(ref ReadOnlySequence<byte> rest, bool isLast, out FramedEvent framed)
    {
        framed = default;
        switch (_scanner.TryRead(ref rest, out var found))
        {
            case SseScanStatus.NeedMore:
                return isLast && _scanner.TryReadLast(ref rest, out found) && found.HasFields ? Take(found, out framed) : FramingStatus.NeedMore;
            case SseScanStatus.LineTooLong or SseScanStatus.EventTooLarge:
                return FramingStatus.Broken;
            default:
                return Take(found, out framed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _scanner.Dispose();

    private FramingStatus Take(scoped in SseEvent found, out FramedEvent framed)
    {
        if (!found.HasData || found.Data.IsEmpty)
        {
            framed = default;
            return FramingStatus.Nothing;
        }

        framed = new FramedEvent(_type.Of(found.Type), _data.Of(found.Data));
        return FramingStatus.Event;
    }
}
