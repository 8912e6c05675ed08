using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Storage.Records;
using Switchboard.Server.Storage.Records.Ledger;
using Switchboard.Testing.Databases;

namespace Switchboard.Benchmarks.Ledger;

/// <summary>
/// A ledger of a million rows, written as the gateway writes them, and how long what administrators ask of it takes, over
/// HTTP: on SQLite and on PostgreSQL.
/// </summary>
internal static class LedgerBench
{
    private const int Times = 20;
    private const double MostMilliseconds = 200;

    /// <param name="rows">How many rows.</param>
    public static async Task<int> RunAsync(int rows)
    {
        var report = new Report();
        Report.Table($"{rows:N0} rows of 30 days, 20 models, 50 keys, 4 providers; p50 of {Times}, ms (slowest)", [.. Question.All.Select(question => question.Name).Prepend("rows written a second").Prepend("database")]);
        var folder = Directory.CreateTempSubdirectory("switchboard-ledger-").FullName;
        try
        {
            await MeasureAsync(report, "SQLite", Path.Combine(folder, "ledger.db"), rows);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        if (PostgresServer.SkipReason is { } reason)
        {
            Console.Error.WriteLine($"ledger: {reason}");
            return 1;
        }
        await using (var server = await PostgresServer.StartNewAsync(CancellationToken.None))
        {
            await MeasureAsync(report, "PostgreSQL", await server.CreateDatabaseAsync(CancellationToken.None), rows);
        }
        report.PrintBars();
        return 0;
    }

    private static async Task MeasureAsync(Report report, string name, string address, int rows)
    {
        var seconds = await WriteAsync(address, rows);
        await using var gateway = await LedgerGateway.StartAsync(address);
        var medians = new List<double>();
        var cells = new List<string>();
        foreach (var question in Question.All)
        {
            var sample = await AskAsync(gateway, question, rows);
            medians.Add(sample.Median);
            cells.Add(Cells.Text($"{sample.Median:0.0} ({sample.Quantile(1):0.0})"));
        }
        Report.Row([name, Cells.Text($"{rows / seconds:N0}"), .. cells]);
        report.Add(Bar.AtMost($"{name}: usage by day and model", MostMilliseconds, medians[0], " ms", "0.0"));
        report.Add(Bar.AtMost($"{name}: the same, of the time from the rows", 1, medians[0] / medians[^1]));
    }

    private static async Task<double> WriteAsync(string address, int rows)
    {
        await using var database = RecordsDatabase.Of(new StorageSettings { Records = new Secret(address) }, TimeProvider.System, NullLoggerFactory.Instance);
        var records = new LedgerRecords(database, TimeProvider.System);
        var start = Stopwatch.GetTimestamp();
        foreach (var batch in LedgerRows.Make(rows).Chunk(LedgerRows.Batch))
        {
            await records.AppendAsync(Guid.CreateVersion7(), batch, CancellationToken.None);
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<Sample> AskAsync(LedgerGateway gateway, Question question, int rows)
    {
        var times = new List<double>();
        for (var i = -3; i < Times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await gateway.AskAsync(question.Path);
            var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (question.Requests(answer) is var counted && counted != question.Expected(rows))
            {
                throw new InvalidDataException($"{question.Name}: {counted} requests are told, and not {question.Expected(rows)}.");
            }

            // The first compile and fill caches.
            if (i >= 0)
            {
                times.Add(elapsed);
            }
        }
        return Sample.Of(times);
    }
}
