using System.Globalization;
using System.IO.Compression;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Misbehaviours;

/// <summary>What is wrong, or only unusual, with headers and body.</summary>
public sealed partial class Misbehaviour
{
    private const string Html = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n";

    /// <summary>A proxy's page with status 200.</summary>
    public static Misbehaviour HtmlPage { get; } = new("HTML page with 200", _ => UpstreamAnswer.Text(Html, "text/html"));

    /// <summary>A proxy's page with its status 502.</summary>
    public static Misbehaviour HtmlBadGateway { get; } = new("HTML page with 502", _ => UpstreamAnswer.Text(Html, "text/html", 502));

    /// <summary>A good body that says it is plain text.</summary>
    public static Misbehaviour WrongContentType { get; } =
        new("wrong content type", answer => answer.WithHeader("Content-Type", "text/plain; charset=iso-8859-1"));

    /// <summary>200 and nothing.</summary>
    public static Misbehaviour EmptyBody { get; } =
        new("empty body", answer => answer with { Parts = [], Framing = BodyFraming.ContentLength });

    /// <summary>Half of the JSON, well framed.</summary>
    public static Misbehaviour HalfJson { get; } = new("half of the JSON", answer => answer.WithTexts(parts => [string.Concat(parts)[..(parts.Sum(p => p.Length) / 2)]]));

    /// <summary>128 KB of headers.</summary>
    public static Misbehaviour HugeHeaders { get; } = HugeHeadersOf(128);

    /// <summary>A byte order mark before the body.</summary>
    public static Misbehaviour ByteOrderMark { get; } = new("BOM at start", answer => answer.WithTexts(parts => ["\uFEFF" + string.Concat(parts.Take(1)), .. parts.Skip(1)]));

    /// <summary>A gzip-encoded body; a stream's events are flushed one by one.</summary>
    public static Misbehaviour Gzip { get; } = new("gzip-encoded answer", answer => Compress(answer).WithHeader("Content-Encoding", "gzip"));

    /// <summary>A body that ends with its connection, without a length or chunks: nothing tells a cut one.</summary>
    public static Misbehaviour BodyUntilClose { get; } = new("body until close", answer => answer with { Framing = BodyFraming.UntilClose });

    /// <summary>A text that is not UTF-8.</summary>
    public static Misbehaviour InvalidUtf8 { get; } = new("invalid UTF-8", answer => answer with { Parts = [.. answer.Parts.Select(SpoilText)] });

    /// <summary>So many KB of headers.</summary>
    public static Misbehaviour HugeHeadersOf(int kilobytes) => new("huge headers", answer => answer with
    {
        Headers = [.. answer.Headers, .. Enumerable.Range(0, kilobytes).Select(HugeHeader)],
    });

    private static IEnumerable<Misbehaviour> OfBodies() =>
    [
        HtmlPage, HtmlBadGateway, WrongContentType, EmptyBody, HalfJson, HugeHeaders, ByteOrderMark, Gzip, BodyUntilClose, InvalidUtf8,
    ];

    // The first byte of a character of two, and then a quote.
    private static ReadOnlyMemory<byte> SpoilText(ReadOnlyMemory<byte> part)
    {
        var start = part.Span.IndexOf("\"content\":\""u8);
        return start < 0 ? part : (byte[])[.. part.Span[..(start + 11)], 0xC3, .. part.Span[(start + 11)..]];
    }

    private static KeyValuePair<string, string> HugeHeader(int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"x-huge-{number}"), new string('h', 1024));

    private static UpstreamAnswer Compress(UpstreamAnswer answer)
    {
        var compressed = new MemoryStream();
        var parts = new List<ReadOnlyMemory<byte>>();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var part in answer.Parts)
            {
                gzip.Write(part.Span);
                gzip.Flush();
                Take();
            }
        }

        // The trailer goes with the last event: it is none of its own.
        parts[^1] = (byte[])[.. parts[^1].Span, .. compressed.ToArray()];
        return answer with { Parts = parts };

        void Take()
        {
            parts.Add(compressed.ToArray());
            compressed.SetLength(0);
        }
    }
}
