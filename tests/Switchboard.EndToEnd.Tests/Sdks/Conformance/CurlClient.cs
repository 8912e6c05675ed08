using System.Globalization;
using System.Text.Json.Nodes;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>The program curl, and the bytes that it saves.</summary>
internal sealed class CurlClient : IConformanceClient
{
    private const string Body = "body", Head = "head", Request = "request.json";

    private string? _scratch;

    private string Scratch => _scratch ??= Directory.CreateTempSubdirectory("switchboard-test-").FullName;

    public string Name => "curl";

    public string? SkipReason => RequiredTool.SkipReason("curl");

    public IReadOnlyDictionary<string, string> Lacks { get; } = new Dictionary<string, string>();

    public async Task<Seen> RunAsync(Run run, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(InFolder(Request), run.Request.ToJsonString(), cancellationToken);
        await using var curl = Start(run);
        if (run.Call == Call.ChatLeft)
        {
            var line = await curl.WaitForOutputAsync(line => line.Contains("Once", StringComparison.Ordinal) ? line : null, cancellationToken);
            return new Seen(new JsonObject { ["content"] = line });
        }

        var exitCode = await curl.WaitForExitAsync(cancellationToken);
        var (status, headers) = ReadHead(await File.ReadAllLinesAsync(InFolder(Head), cancellationToken));
        return Seen.OfWire(status, headers, await File.ReadAllTextAsync(InFolder(Body), cancellationToken), exitCode == 0 ? null : new JsonObject { ["message"] = curl.Errors });
    }

    public ValueTask DisposeAsync()
    {
        if (_scratch is not null)
        {
            Directory.Delete(_scratch, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private ChildProcess Start(Run run)
    {
        List<string> line = ["-sS", "-N", "--retry", run.MaxRetries.ToString(CultureInfo.InvariantCulture), "-H", "Authorization: Bearer any"];
        if (run.Call is not (Call.Models or Call.Model))
        {
            line.AddRange(["-H", "Content-Type: application/json", "--data-binary", $"@{Request}"]);
        }

        if (run.Call != Call.ChatLeft)
        {
            line.AddRange(["-o", Body, "-D", Head]);
        }

        File.WriteAllText(InFolder(Body), "");
        return ChildProcess.Start(RequiredTool.Find("curl")!, [.. line, $"{run.BaseUrl}{Paths.Of(run)}"], GatewayEnvironment.With(new Dictionary<string, string>()), Scratch);
    }

    private string InFolder(string file) => Path.Combine(Scratch, file);

    // Of several heads (a call that was tried again) the last.
    private static (int Status, Dictionary<string, string> Headers) ReadHead(string[] lines)
    {
        var last = lines.AsSpan()[Array.FindLastIndex(lines, line => line.StartsWith("HTTP/", StringComparison.Ordinal))..].ToArray();
        var headers = last.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(':', 2))
            .GroupBy(pair => pair[0].ToLowerInvariant(), pair => pair[1].Trim()).ToDictionary(group => group.Key, group => string.Join(", ", group));
        return (int.Parse(last[0].Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }
}
