using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>A program under <c>node/conformance</c>: one process, a line for each run.</summary>
internal sealed class NodeClient(string name, IReadOnlyDictionary<string, string> lacks, params IEnumerable<string> line) : IConformanceClient
{
    private readonly string[] _line = [.. line];
    private ChildProcess? _process;
    private int _runs;

    public string Name => name;

    public string? SkipReason => RequiredTool.SkipReason("node") ?? NodeScript.PackagesSkipReason();

    public IReadOnlyDictionary<string, string> Lacks => lacks;

    public async Task<Seen> RunAsync(Run run, CancellationToken cancellationToken)
    {
        _process ??= ChildProcess.Start(
            RequiredTool.Find("node")!, [$"conformance/{_line[0]}", .. _line[1..]], GatewayEnvironment.With(new Dictionary<string, string>()), NodeScript.Folder);
        var id = ++_runs;
        await _process.WriteLineAsync(JsonSerializer.Serialize(new { id, call = run.Call.ToString(), baseURL = run.BaseUrl, maxRetries = run.MaxRetries, request = run.Request }));
        var answer = await _process.WaitForOutputAsync(output => output.StartsWith($$"""{"id":{{id}},""", StringComparison.Ordinal) ? output : null, cancellationToken);
        var seen = JsonNode.Parse(answer)!["seen"]!.DeepClone().AsObject();
        return seen["headers"] is JsonObject headers ? OfWire(seen, headers) : new Seen(seen);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    // The program that has no package tells the answer as it lies on the wire.
    private static Seen OfWire(JsonObject seen, JsonObject headers) => seen["content"] is { } content
        ? new Seen(new JsonObject { ["content"] = content.DeepClone() })
        : Seen.OfWire(seen["status"]!.GetValue<int>(), headers.ToDictionary(header => header.Key, header => header.Value!.GetValue<string>()),
            seen["body"]?.GetValue<string>() ?? "", seen["error"]?.DeepClone() as JsonObject);
}
