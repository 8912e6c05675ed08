using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>A program of <c>samples/clients</c>, run as its README says: what it prints, and the error it ends with.</summary>
/// <param name="name">As the table has it.</param>
/// <param name="skipReason">Why it cannot run here, or null.</param>
/// <param name="prepare">Makes the beginning of its command line, building it where that is needed into the folder that is given.</param>
internal sealed partial class SampleClient(string name, Func<string?> skipReason, Func<string, CancellationToken, Task<string[]>> prepare) : IConformanceClient
{
    private const string TextAndVectors = "does no more than chat, list models and embed";

    private string? _scratch;
    private string[]? _line;

    private string Scratch => _scratch ??= Directory.CreateTempSubdirectory("switchboard-test-").FullName;

    public string Name => name;

    public string? SkipReason => skipReason();

    public IReadOnlyDictionary<string, string> Lacks { get; } = new[]
    {
        nameof(Call.Completion), nameof(Call.CompletionStream), nameof(Call.Model), nameof(Call.Response), nameof(Call.ResponseStream),
        Scenarios.Tools, Scenarios.StructuredOutput, Scenarios.Refusal, Scenarios.StreamedTools, Scenarios.StreamedRefusal, Scenarios.UsageUnasked, Scenarios.Base64,
        Scenarios.SeveralTurns,
    }.ToDictionary(what => what, _ => TextAndVectors);

    public static string Folder { get; } = RepositoryRoot.Combine("samples", "clients");

    public async Task<Seen> RunAsync(Run run, CancellationToken cancellationToken)
    {
        _line ??= await prepare(Scratch, cancellationToken);
        var environment = GatewayEnvironment.With(new Dictionary<string, string>
        {
            ["OPENAI_BASE_URL"] = run.BaseUrl.ToString(),
            ["OPENAI_API_KEY"] = "any",
            ["OPENAI_MAX_RETRIES"] = run.MaxRetries.ToString(CultureInfo.InvariantCulture),
            [run.Call == Call.Embeddings ? "EMBEDDING_MODEL" : "CHAT_MODEL"] = run.Request["model"]?.GetValue<string>() ?? "",
        });
        await using var process = ChildProcess.Start(_line[0], [.. _line[1..], .. Arguments(run)], environment, Folder);
        if (run.Call == Call.ChatLeft)
        {
            var line = await process.WaitForOutputAsync(line => line.Contains("Once", StringComparison.Ordinal) ? line : null, cancellationToken);
            return new Seen(new JsonObject { ["content"] = line });
        }

        var exitCode = await process.WaitForExitAsync(cancellationToken);
        var seen = new JsonObject { ["output"] = process.Output };
        if (exitCode != 0)
        {
            seen["error"] = ErrorOf(process.Errors);
        }

        return new Seen(seen);
    }

    public ValueTask DisposeAsync()
    {
        if (_scratch is not null)
        {
            Directory.Delete(_scratch, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private static string[] Arguments(Run run) => run.Call switch
    {
        Call.Chat => ["chat", Question(run)],
        Call.ChatStream or Call.ChatLeft => ["stream", Question(run)],
        Call.Models => ["models"],
        Call.Embeddings => ["embed", run.Request["input"]!.ToString()],
        _ => throw new NotSupportedException(run.Call.ToString()),
    };

    private static string Question(Run run) => run.Request["messages"]!.AsArray()[^1]!["content"]!.GetValue<string>();

    // "429 requests rate_limit_exceeded: Rate limit reached for requests. (request req_1)", a dash for what was not told; or other words.
    private static JsonObject ErrorOf(string lines)
    {
        var match = ApiError().Match(lines.TrimEnd());
        var message = match.Success ? match.Groups["message"].Value : lines;

        // The one of curl tells the whole body.
        var error = message.StartsWith("{\"error\"", StringComparison.Ordinal) ? JsonNode.Parse(message)!["error"]!.DeepClone().AsObject() : new JsonObject { ["message"] = message };
        foreach (var member in match.Groups.Values.Where(group => group is { Success: true, Name: "type" or "code" or "requestId", Value: not "-" }))
        {
            error[member.Name] = member.Value;
        }

        if (int.TryParse(match.Groups["status"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            error["status"] = status;
        }

        return error;
    }

    [GeneratedRegex(@"^(?<status>\d+|-) (?<type>\S+) (?<code>\S+): (?<message>.*) \(request (?<requestId>\S+)\)$", RegexOptions.Singleline)]
    private static partial Regex ApiError();
}
