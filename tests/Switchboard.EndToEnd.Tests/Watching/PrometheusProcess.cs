using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.EndToEnd.Tests.Deploy;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;

namespace Switchboard.EndToEnd.Tests.Watching;

/// <summary>A real Prometheus with the rules of <c>deploy/prometheus</c>, which asks one gateway for its metrics.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ChildProcess _process;
    private readonly HttpClient _client;

    private PrometheusProcess(string folder, ChildProcess process, int port)
    {
        (_folder, _process) = (folder, process);
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    }

    public static string? SkipReason => RequiredTool.SkipReason("prometheus");

    public static async Task<PrometheusProcess> StartAsync(Uri gateway, string key, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-prometheus-").FullName;
        var port = QuietPort.Find();
        await File.WriteAllTextAsync(Path.Combine(folder, "key"), key, cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prometheus.yml"),
            $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{RepositoryRoot.Combine("deploy", "prometheus", "rules")}}/*.yml"]
            scrape_configs:
              - job_name: switchboard
                authorization: { credentials_file: key }
                static_configs: [{ targets: ["{{gateway.Authority}}"] }]
            """,
            cancellationToken);
        var process = ChildProcess.Start(
            RequiredTool.Find("prometheus")!,
            ["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage"],
            new Dictionary<string, string>(),
            folder);
        var prometheus = new PrometheusProcess(folder, process, port);
        try
        {
            await Poll.UntilAsync(prometheus.HasAskedTwiceAsync, "Prometheus to have asked the gateway", cancellationToken);
            return prometheus;
        }
        catch (Exception fault)
        {
            var said = process.Errors;
            await prometheus.DisposeAsync();
            throw new InvalidOperationException($"Prometheus says: {said}", fault);
        }
    }

    /// <summary>What a query gives: each series with its labels.</summary>
    public async Task<JsonElement> QueryAsync(string query, CancellationToken cancellationToken)
    {
        using var answer = await _client.GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}", cancellationToken);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{query}: {json}");
        return json.GetProperty("data").GetProperty("result");
    }

    /// <summary>The names of all series that it has.</summary>
    public async Task<HashSet<string>> NamesAsync(CancellationToken cancellationToken)
    {
        var json = await _client.GetFromJsonAsync<JsonElement>("api/v1/label/__name__/values", cancellationToken);
        return [.. json.GetProperty("data").EnumerateArray().Select(name => name.GetString()!)];
    }

    /// <summary>The rules that it evaluates, each with how that goes.</summary>
    public async Task<(string Name, string Health)[]> RulesAsync(CancellationToken cancellationToken)
    {
        var json = await _client.GetFromJsonAsync<JsonElement>("api/v1/rules", cancellationToken);
        return
        [
            .. json.GetProperty("data").GetProperty("groups").EnumerateArray()
                .SelectMany(group => group.GetProperty("rules").EnumerateArray())
                .Select(rule => (rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> HasAskedTwiceAsync()
    {
        Assert.False(_process.HasExited, _process.Errors);
        try
        {
            var asked = await QueryAsync("""sum_over_time(up{job="switchboard"}[5m]) >= 3""", CancellationToken.None);
            return asked.GetArrayLength() > 0;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (JsonException)
        {
            // It says that it is not ready yet, in words.
            return false;
        }
    }
}
