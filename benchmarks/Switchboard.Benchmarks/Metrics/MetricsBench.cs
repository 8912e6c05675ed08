using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Benchmarks.Metrics;

/// <summary>
/// The page of metrics over a socket, of a gateway in this process that has counted calls of 200 models by 50 keys; and what
/// it costs to count one.
/// </summary>
internal static class MetricsBench
{
    private const int Models = 200;
    private const int Keys = 50;
    private const int Warm = 20;
    private const int Pages = 100;
    private const int Rounds = 15;
    private const int Calls = 100_000;
    private const double MostMilliseconds = 20;

    private static readonly string[] s_models = [.. Enumerable.Range(0, Models).Select(i => FormattableString.Invariant($"provider-{i % 5}/some-model-{i:000}"))];
    private static readonly Caller[] s_callers = [.. Enumerable.Range(0, Keys).Select(i => new Caller { KeyId = FormattableString.Invariant($"key_{i}"), KeyName = FormattableString.Invariant($"team-robot-{i:00}") })];

    public static async Task<int> RunAsync()
    {
        var report = new Report();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSwitchboard(new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["none"] = new() { Type = "openai", BaseUrl = new Uri("http://127.0.0.1:9/v1") } },
        });
        await using var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.MapSwitchboard();
        await application.StartAsync();
        Count();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(application.Urls.First()) };
        Report.Table($"The page at {Models} models by {Keys} keys, of {Pages}", "format", "megabytes", "lines", "median, ms", "95 of 100, ms", "slowest, ms");
        await AskAsync(client, "text/plain", "text", report);
        await AskAsync(client, "application/openmetrics-text;version=1.0.0", "OpenMetrics", report);
        Report.Table("To count a call that is over, median of 15 rounds", "what", "ns", "bytes");
        Note();
        Record();
        report.PrintBars();
        await application.StopAsync();
        return 0;
    }

    // Each model with each key: requests, tokens of both types and cost; and the histograms of each model.
    private static void Count()
    {
        foreach (var model in s_models)
        {
            foreach (var caller in s_callers)
            {
                UsageMetrics.Note(Row(model, LedgerOutcome.Answered), model, caller);
            }

            TagList tags = new() { { "gen_ai.operation.name", "chat" }, { "gen_ai.provider.name", "openai" }, { "gen_ai.request.model", model } };
            GenAIMetrics.ServerDuration.Record(1.5, tags);
            GenAIMetrics.FirstToken.Record(0.4, tags);
            GenAIMetrics.PerOutputToken.Record(0.02, tags);
            GenAIMetrics.ClientDuration.Record(1.4, tags);
            GenAIMetrics.ClientTokens.Record(100, [.. tags, new("gen_ai.token.type", "input")]);
            GenAIMetrics.ClientTokens.Record(100, [.. tags, new("gen_ai.token.type", "output")]);
            GatewayTelemetry.Attempts.Add(1, new("deployment", model), new("outcome", "answered"));
            GatewayTelemetry.FirstByte.Record(0.3, new KeyValuePair<string, object?>("deployment", model));
        }
    }

    private static async Task AskAsync(HttpClient client, string accept, string format, Report report)
    {
        var times = new double[Pages];
        var buffer = new byte[64 * 1024];
        var (bytes, lines) = (0, 0);
        for (var i = -Warm; i < Pages; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
            var start = Stopwatch.GetTimestamp();
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var page = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            (bytes, lines) = (0, 0);
            for (var read = 1; read > 0;)
            {
                read = await page.ReadAsync(buffer);
                bytes += read;
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
            }

            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        var sample = Sample.Of(times);
        Report.Row(format, Cells.Text($"{bytes / 1e6:0.00}"), Cells.Text($"{lines}"), Cells.Text($"{sample.Median:0.0}"), Cells.Text($"{sample.Quantile(0.95):0.0}"), Cells.Text($"{sample.Quantile(1):0.0}"));
        report.Add(Bar.AtMost($"the page as {format}, median", MostMilliseconds, sample.Median, " ms", "0.0"));
    }

    private static void Note()
    {
        var rows = Array.ConvertAll(s_models, model => Row(model, LedgerOutcome.Answered));
        Measure("requests, tokens of both types and cost, by model and key", i => UsageMetrics.Note(rows[i % Models], s_models[i % Models], s_callers[i % Keys]));
    }

    private static void Record() =>
        Measure("one histogram of three labels", i => GenAIMetrics.ServerDuration.Record(1.5, new("gen_ai.operation.name", "chat"), new("gen_ai.provider.name", "openai"), new("gen_ai.request.model", s_models[i % Models])));

    private static void Measure(string what, Action<int> count)
    {
        var times = new double[Rounds];
        var bytes = 0L;
        for (var round = -2; round < Rounds; round++)
        {
            var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            for (var i = 0; i < Calls; i++)
            {
                count(i);
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            if (round >= 0)
            {
                (times[round], bytes) = (elapsed.TotalNanoseconds / Calls, (GC.GetAllocatedBytesForCurrentThread() - before) / Calls);
            }
        }

        Report.Row(what, Cells.Text($"{Sample.Of(times).Median:0}"), Cells.Text($"{bytes}"));
    }

    private static LedgerRow Row(string model, LedgerOutcome outcome) => new()
    {
        Id = Guid.Empty,
        At = default,
        RequestId = "",
        Operation = "chat.completions",
        Model = model,
        Provider = "openai",
        Usage = new TokenUsage(100, 50),
        Cost = 123_456,
        Outcome = outcome,
    };
}
