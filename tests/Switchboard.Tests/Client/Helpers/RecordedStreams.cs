using Switchboard.Protocol.Json;
using Switchboard.Testing.Corpus;
using Switchboard.Tests.Protocol.Corpus;

namespace Switchboard.Tests.Client.Helpers;

/// <summary>The streams of the recorded traffic, each with its events as the client reads them.</summary>
internal static class RecordedStreams
{
    // Streams whose base64 was shortened by hand: no reader can take these events.
    private const string Shortened = "openai-image-generation-tool.1.chunks.txt";

    public static IReadOnlyList<(string Source, IReadOnlyList<T> Events)> Of<T>(params string[] operations)
        where T : IWireCodec<T> =>
        [.. RealTraffic.All.Bodies
            .Where(body => body.Kind == BodyKind.StreamEvent && operations.Contains(body.OperationId) && !body.Source.Contains(Shortened, StringComparison.Ordinal) && body.EventName != "error")
            .GroupBy(body => body.Source[..body.Source.LastIndexOf(" event ", StringComparison.Ordinal)])
            .Select(stream => (stream.Key, (IReadOnlyList<T>)[.. stream.Select(body => WireJson.Deserialize<T>(BodyTypes.JsonOf(body).Span))]))];

    public static async IAsyncEnumerable<T> Live<T>(IEnumerable<T> events)
    {
        foreach (var one in events)
        {
            await Task.Yield();
            yield return one;
        }
    }
}
