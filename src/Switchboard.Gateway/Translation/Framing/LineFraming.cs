using System.Buffers;

namespace Switchboard.Gateway.Translation.Framing;

/// <summary>One JSON text a line (NDJSON).</summary>
internal sealed class LineFraming(string mediaType = "application/x-ndjson") : IStreamFraming
{
    private const int LongestLine = 16 * 1024 * 1024;

    private readonly Contiguous _line = new();

    /// <inheritdoc/>
    public string MediaType => mediaType;

    /// <inheritdoc/>
    public FramingStatus TryRead(ref ReadOnlySequence<byte> rest, bool isLast, out FramedEvent framed)
    {
        framed = default;
        ReadOnlySequence<byte> line;
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
        }
        else if (!isLast || rest.IsEmpty)
        {
            return rest.Length > LongestLine ? FramingStatus.Broken : FramingStatus.NeedMore;
        }
        else
        {
            line = rest;
            rest = rest.Slice(rest.End);
        }

        var data = _line.Of(line).Trim((ReadOnlySpan<byte>)" \t\r"u8);
        framed = new FramedEvent(default, data);
        return data.IsEmpty ? FramingStatus.Nothing : FramingStatus.Event;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held but a buffer of its own.
    }
}
