using System.Globalization;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Misbehaviours;

/// <summary>What goes wrong with the connection.</summary>
public sealed partial class Misbehaviour
{
    /// <summary>The port is closed. For the whole upstream only, not for one answer.</summary>
    public static Misbehaviour RefuseConnections { get; } = new("refuse connections", answer => answer);

    /// <summary>The request is read, and nothing comes.</summary>
    public static Misbehaviour HangBeforeHeaders { get; } = Fault("hang before headers", FaultKind.Hang, FaultPoint.BeforeHeaders);

    /// <summary>The head comes, and nothing more.</summary>
    public static Misbehaviour HangAfterHeaders { get; } = Fault("hang after headers", FaultKind.Hang, FaultPoint.AfterHeaders);

    /// <summary>Everything comes except the end of the body.</summary>
    public static Misbehaviour HangBeforeTheEnd { get; } =
        new("hang before the end", answer => answer with { Framing = BodyFraming.Chunked, Fault = new(FaultKind.Hang, FaultPoint.BeforeTerminator) });

    /// <summary>The connection is reset before the head.</summary>
    public static Misbehaviour ResetBeforeHeaders { get; } = Fault("reset before headers", FaultKind.Reset, FaultPoint.BeforeHeaders);

    /// <summary>The connection is reset after the head.</summary>
    public static Misbehaviour ResetAfterHeaders { get; } = Fault("reset after headers", FaultKind.Reset, FaultPoint.AfterHeaders);

    /// <summary>After the head comes what is no chunk.</summary>
    public static Misbehaviour GarbageChunks { get; } = new("chunked garbage", answer => answer with
    {
        Framing = BodyFraming.Chunked,
        Fault = new(FaultKind.Garbage, FaultPoint.AfterHeaders),
    });

    /// <summary>The connection is reset in the middle of the body.</summary>
    public static Misbehaviour ResetMidBody { get; } = Fault("reset in mid body", FaultKind.Reset, FaultPoint.MidBody);

    /// <summary>The connection ends in order, before the head.</summary>
    public static Misbehaviour CloseBeforeHeaders { get; } = Fault("close before headers", FaultKind.Close, FaultPoint.BeforeHeaders);

    /// <summary>A length is told, and half of it comes.</summary>
    public static Misbehaviour TruncatedContentLength { get; } = new("truncated Content-Length body", answer => answer with
    {
        Framing = BodyFraming.ContentLength,
        Fault = new(FaultKind.Close, FaultPoint.MidBody),
    });

    /// <summary>All chunks come, and then the connection ends without the empty one that says so.</summary>
    public static Misbehaviour ChunkedWithoutTerminator { get; } = new("chunked body without terminator", answer => answer with
    {
        Framing = BodyFraming.Chunked,
        Fault = new(FaultKind.Close, FaultPoint.BeforeTerminator),
    });

    /// <summary>Interim responses come before the head: 100 Continue, though nobody waits for it, and 103 Early Hints.</summary>
    public static Misbehaviour InterimResponse { get; } =
        new("1xx interim response", answer => answer with { InterimStatuses = [.. answer.InterimStatuses, 100, 103] });

    /// <summary>The body comes byte by byte.</summary>
    public static Misbehaviour Trickle { get; } = TrickleWith(TimeSpan.FromMilliseconds(1));

    /// <summary>Some events come, and nothing more.</summary>
    public static Misbehaviour HangAfterEvents(int count) =>
        new(Counted("hang after", count), answer => answer with { Fault = new(FaultKind.Hang, FaultPoint.AfterEvents, count) });

    /// <summary>Some events come, and the connection is reset.</summary>
    public static Misbehaviour ResetAfterEvents(int count) =>
        new(Counted("reset after", count), answer => answer with { Fault = new(FaultKind.Reset, FaultPoint.AfterEvents, count) });

    /// <summary>Some events come, and the connection ends without the chunk that ends the body.</summary>
    public static Misbehaviour CloseAfterEvents(int count) => new(Counted("close after", count), answer => answer with
    {
        Framing = BodyFraming.Chunked,
        Fault = new(FaultKind.Close, FaultPoint.AfterEvents, count),
    });

    /// <summary>Some events come, and then what is no chunk.</summary>
    public static Misbehaviour GarbageAfterEvents(int count) => new(Counted("garbage after", count), answer => answer with
    {
        Framing = BodyFraming.Chunked,
        Fault = new(FaultKind.Garbage, FaultPoint.AfterEvents, count),
    });

    /// <summary>The body comes byte by byte, with a rest between two.</summary>
    public static Misbehaviour TrickleWith(TimeSpan pause) =>
        new("slow trickle byte by byte", answer => answer with { BytesPerWrite = 1, Pause = pause });

    private static IEnumerable<Misbehaviour> OnConnections() =>
    [
        RefuseConnections, HangBeforeHeaders, HangAfterHeaders, HangBeforeTheEnd, ResetBeforeHeaders, ResetAfterHeaders, ResetMidBody, GarbageChunks, CloseBeforeHeaders,
        TruncatedContentLength, ChunkedWithoutTerminator, InterimResponse, Trickle, HangAfterEvents(2), ResetAfterEvents(2), CloseAfterEvents(2), GarbageAfterEvents(2),
    ];

    private static Misbehaviour Fault(string name, FaultKind kind, FaultPoint point) =>
        new(name, answer => answer with { Fault = new(kind, point) });

    private static string Counted(string what, int count) => string.Create(CultureInfo.InvariantCulture, $"{what} {count} events");
}
