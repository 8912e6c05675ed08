using System.Text;
using System.Text.Json;
using Switchboard.Testing.Misbehaviours;

namespace Switchboard.Testing.Upstream;

/// <summary>What the upstream answers, down to how it lies on the wire. An immutable value; misbehaviours make changed copies.</summary>
public sealed record UpstreamAnswer
{
    /// <summary>The status code.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The headers, without those of framing.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body: one part, or one an event.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Parts { get; init; } = [];

    /// <summary>Whether the parts are events, which a test may hold.</summary>
    public bool IsStream { get; init; }

    /// <summary>How the end of the body is told.</summary>
    public BodyFraming Framing { get; init; }

    /// <summary>Cuts the body in pieces of this size, whatever its parts are; null leaves the parts as they are.</summary>
    public int? BytesPerWrite { get; init; }

    /// <summary>The rest between two writes.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Whether each event waits for its release.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Status codes of heads that come before the answer's own (100 to 199).</summary>
    public IReadOnlyList<int> InterimStatuses { get; init; } = [];

    internal WireFault? Fault { get; init; }

    /// <summary>A JSON body from text.</summary>
    public static UpstreamAnswer Json(string json, int status = 200) => Text(json, "application/json", status);

    /// <summary>A JSON body from a value.</summary>
    public static UpstreamAnswer JsonOf(object value, int status = 200) => Json(JsonSerializer.Serialize(value), status);

    /// <summary>A body of text.</summary>
    public static UpstreamAnswer Text(string text, string contentType, int status = 200) =>
        Bytes(Encoding.UTF8.GetBytes(text), contentType, status);

    /// <summary>A body of bytes.</summary>
    public static UpstreamAnswer Bytes(ReadOnlyMemory<byte> body, string contentType, int status = 200) => new()
    {
        Status = status,
        Headers = [new("Content-Type", contentType)],
        Parts = [body],
    };

    /// <summary>An event stream from the wire text of its events, each with its blank line.</summary>
    public static UpstreamAnswer Stream(IEnumerable<string> events) => new()
    {
        Headers = [new("Content-Type", "text/event-stream; charset=utf-8")],
        Parts = [.. events.Select(e => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(e))],
        IsStream = true,
        Framing = BodyFraming.Chunked,
    };

    /// <summary>A copy with the header set.</summary>
    public UpstreamAnswer WithHeader(string name, string value) => this with
    {
        Headers = [.. Headers.Where(h => !string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase)), new(name, value)],
    };

    /// <summary>A copy that misbehaves.</summary>
    public UpstreamAnswer With(Misbehaviour misbehaviour) => misbehaviour.Apply(this);

    /// <summary>A copy with other parts.</summary>
    internal UpstreamAnswer WithText(Func<string, string> change) => WithTexts(parts => parts.Select(change));

    internal UpstreamAnswer WithTexts(Func<IReadOnlyList<string>, IEnumerable<string>> change) => this with
    {
        Parts = [.. change([.. Parts.Select(p => Encoding.UTF8.GetString(p.Span))])
            .Select(t => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(t))],
    };
}
