using System.Text;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Recordings;

/// <summary>One request and its answer, as they went over the wire once.</summary>
public sealed record RecordedExchange
{
    // Told anew for this connection, or true of an encoding the recording has undone.
    private static readonly HashSet<string> s_dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Content-Encoding", "TE", "Trailer", "Upgrade",
        "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Alt-Svc",
    };

    /// <summary>GET, POST …</summary>
    public required string Method { get; init; }

    /// <summary>Where the request went.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The request's headers; secrets are not in them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders { get; init; } = [];

    /// <summary>The request's body: JSON anew in compact form, text as recorded; empty where none was kept.</summary>
    public ReadOnlyMemory<byte> RequestBody { get; init; }

    /// <summary>The status.</summary>
    public required int Status { get; init; }

    /// <summary>The answer's headers as recorded.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders { get; init; } = [];

    /// <summary>The answer's body: JSON anew in compact form, all else as it was on the wire.</summary>
    public ReadOnlyMemory<byte> ResponseBody { get; init; }

    /// <summary>Whether the answer is an event stream.</summary>
    public bool IsStream => ResponseHeaders.Any(h =>
        string.Equals(h.Key, "Content-Type", StringComparison.OrdinalIgnoreCase) && h.Value.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase));

    /// <summary>The request's body as text.</summary>
    public string RequestText => Encoding.UTF8.GetString(RequestBody.Span);

    /// <summary>The answer's body as text.</summary>
    public string ResponseText => Encoding.UTF8.GetString(ResponseBody.Span);

    /// <summary>The answer for the wire: headers kept except those of the hop; a stream cut in its events.</summary>
    public UpstreamAnswer ToAnswer()
    {
        var answer = IsStream ? UpstreamAnswer.Stream(ServerSentEvents.Split(ResponseText)) : new UpstreamAnswer { Parts = [ResponseBody] };
        return answer with { Status = Status, Headers = [.. ResponseHeaders.Where(h => !s_dropped.Contains(h.Key))] };
    }
}
