using System.Text;
using System.Text.Json;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Corpus;

/// <summary>Gathers bodies; knows how exchanges, streams and chunk files hold them.</summary>
internal sealed class BodyCollector
{
    public List<RealBody> Bodies { get; } = [];

    public List<SkippedBody> Skipped { get; } = [];

    /// <summary>The files below a folder of the shared folder, in a fixed order, each with its path from there.</summary>
    public static IEnumerable<(string File, string Source)> Files(params ReadOnlySpan<string> folder) =>
        [.. Directory.EnumerateFiles(SharedFolder.Combine(folder), "*", SearchOption.AllDirectories)
            .Select(file => (file, Path.GetRelativePath(SharedFolder.FullPath!, file).Replace('\\', '/')))
            .OrderBy(pair => pair.Item2, StringComparer.Ordinal)];

    public void Skip(string source, string reason) => Skipped.Add(new SkippedBody(source, reason));

    public void Add(BodySet set, string source, string operation, BodyKind kind, ReadOnlyMemory<byte> json, string? eventName = null) =>
        Bodies.Add(new RealBody(source, operation, kind, eventName, json) { Set = set });

    /// <summary>Request and answer of an exchange.</summary>
    public void AddExchange(BodySet set, string source, string operation, RecordedExchange exchange)
    {
        if (IsJson(exchange.RequestBody) && IsToldJson(exchange.RequestHeaders))
        {
            Add(set, source, operation, BodyKind.Request, exchange.RequestBody);
        }
        else if (exchange.RequestBody.Length > 0)
        {
            Skip(source, "the request is a form");
        }

        if (exchange.ResponseText.StartsWith("data:", StringComparison.Ordinal) || exchange.ResponseText.StartsWith("event:", StringComparison.Ordinal)
            || exchange.IsStream)
        {
            AddStream(set, source, operation, exchange.ResponseText);
        }
        else if (IsJson(exchange.ResponseBody) && (exchange.Status >= 400 || IsToldJson(exchange.ResponseHeaders)))
        {
            Add(set, source, operation, exchange.Status >= 400 ? BodyKind.Error : BodyKind.Response, exchange.ResponseBody);
        }
        else if (exchange.ResponseBody.Length > 0)
        {
            Skip(source, "the answer is audio, text or a file's content");
        }
    }

    /// <summary>Every event of a stream's wire text but the mark of its end.</summary>
    public void AddStream(BodySet set, string source, string operation, string text)
    {
        var count = 0;
        foreach (var (name, data) in ServerSentEvents.Read(text))
        {
            if (data != "[DONE]")
            {
                AddEvent(set, $"{source} event {count}", operation, name, data);
            }

            count++;
        }
    }

    /// <summary>Every event of a file that holds one JSON event a line.</summary>
    public void AddChunks(BodySet set, string source, string operation, string file)
    {
        foreach (var (index, line) in Recording.ReadChunks(file).Index())
        {
            AddEvent(set, $"{source} event {index}", operation, name: null, line);
        }
    }

    private void AddEvent(BodySet set, string source, string operation, string? name, string data) =>
        Add(set, source, operation, BodyKind.StreamEvent, Encoding.UTF8.GetBytes(data), name ?? NameIn(data));

    // Data that is not JSON throws here: a file with such an event has to be left out by name.
    private static string? NameIn(string data)
    {
        var root = JsonElement.Parse(data);
        return TextOf(root, "type") ?? TextOf(root, "object");
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsJson(ReadOnlyMemory<byte> body) => body.Length > 0 && body.Span[0] is (byte)'{' or (byte)'[';

    // A file's content may be JSON too, one value a line; an error is JSON whatever it says it is (DeepSeek's says octet-stream).
    private static bool IsToldJson(IReadOnlyList<KeyValuePair<string, string>> headers) => headers.Any(h =>
        string.Equals(h.Key, "Content-Type", StringComparison.OrdinalIgnoreCase) && h.Value.Contains("application/json", StringComparison.OrdinalIgnoreCase));
}
