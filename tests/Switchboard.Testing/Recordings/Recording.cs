using System.Text;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Recordings;

/// <summary>Recorded exchanges, in their order.</summary>
public sealed class Recording
{
    private Recording(IReadOnlyList<RecordedExchange> exchanges) => Exchanges = exchanges;

    /// <summary>The exchanges.</summary>
    public IReadOnlyList<RecordedExchange> Exchanges { get; }

    /// <summary>A recording of given exchanges.</summary>
    public static Recording Of(params IEnumerable<RecordedExchange> exchanges) => new([.. exchanges]);

    /// <summary>A session of openai-dotnet (<c>recordings/…/*.json</c>).</summary>
    public static Recording FromSession(string file) => new(SessionFile.Read(File.ReadAllText(file)));

    /// <summary>A cassette of the fixtures: an array of exchanges.</summary>
    public static Recording FromCassette(string file) => new(CassetteFile.Read(File.ReadAllText(file)));

    /// <summary>Chunks (<c>*.chunks.txt</c>, one JSON event a line) as the stream that answers the operation.</summary>
    public static Recording FromChunks(string file, string path, string method = "POST") =>
        FromEvents(ServerSentEvents.FromJson(ReadChunks(file)), path, method);

    /// <summary>An event stream kept as its wire text (<c>*.sse.txt</c>).</summary>
    public static Recording FromEventStream(string file, string path, string method = "POST") =>
        FromEvents([File.ReadAllText(file)], path, method);

    /// <summary>The JSON events of a chunk file.</summary>
    public static IReadOnlyList<string> ReadChunks(string file) =>
        [.. File.ReadLines(file).Where(line => !string.IsNullOrWhiteSpace(line))];

    private static Recording FromEvents(IEnumerable<string> events, string path, string method) => Of(new RecordedExchange
    {
        Method = method,
        Uri = new Uri(new Uri("https://recorded.invalid/"), path),
        Status = 200,
        ResponseHeaders = [new("Content-Type", "text/event-stream; charset=utf-8")],
        ResponseBody = Encoding.UTF8.GetBytes(string.Concat(events)),
    });
}
