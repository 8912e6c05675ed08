using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Tests.Gateway.Accounting;

public sealed class LedgerTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("switchboard-ledger-").FullName, "spill");
    private readonly Records _records = new();

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task Every_row_is_written_once_by_the_time_it_is_closed()
    {
        var rows = Enumerable.Range(0, 5_000).Select(Row).ToArray();

        await using (var ledger = Open())
        {
            await Parallel.ForEachAsync(rows, TestContext.Current.CancellationToken, (row, _) =>
            {
                ledger.Add(row);
                return default;
            });
        }

        Assert.Equal(rows.Select(row => row.Id).Order(), _records.Rows.Select(row => row.Id).Order());
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public async Task Rows_are_written_without_being_asked_for()
    {
        await using var ledger = Open();
        ledger.Add(Row(1));

        await Eventually(() => _records.Rows.Count == 1);
    }

    [Fact]
    public async Task While_the_database_is_away_rows_wait_on_disk_and_come_in_when_it_is_back()
    {
        await using var ledger = Open();
        _records.Fault = new RecordsUnavailableException("away");
        ledger.Add(Row(1));
        await Eventually(() => Directory.Exists(_folder) && Directory.GetFiles(_folder, "*.ledger").Length == 1);

        _records.Fault = null;
        ledger.Add(Row(2));

        await Eventually(() => _records.Rows.Count == 2);
        await Eventually(() => Directory.GetFiles(_folder).Length == 0);
    }

    [Fact]
    public async Task What_an_earlier_process_left_on_disk_comes_in()
    {
        _records.Fault = new RecordsUnavailableException("away");
        var row = Row(7) with
        {
            Usage = new TokenUsage(12, 34) { Cached = 5, Reasoning = 6 }, Units = new CallUnits { Seconds = 1.5m }, Cost = 123, Status = 200,
            FirstByte = TimeSpan.FromMilliseconds(12.5), Outcome = LedgerOutcome.Broken, Key = "key_1", IsStream = true, Error = "timeout",
        };
        await using (var ledger = Open())
        {
            ledger.Add(row);
        }

        Assert.Empty(_records.Rows);
        _records.Fault = null;
        await using var next = Open();
        next.Add(Row(8));

        await Eventually(() => _records.Rows.Count == 2);
        Assert.Contains(row, _records.Rows);
    }

    [Fact]
    public async Task The_folder_is_looked_at_when_something_was_put_there_and_now_and_then()
    {
        var clock = new StandingClock();
        await using var ledger = new Ledger(_records, new LedgerSpill(_folder), clock, NullLogger<Ledger>.Instance);
        ledger.Add(Row(1));
        await Eventually(() => _records.Rows.Count == 1);

        // As another process leaves it that shares the folder.
        await new LedgerSpill(_folder).WriteAsync(new LedgerBatch(Guid.CreateVersion7(), [Row(2)]), TestContext.Current.CancellationToken);
        ledger.Add(Row(3));
        await Eventually(() => _records.Rows.Count == 2);
        Assert.Equal(["req_1", "req_3"], _records.Rows.Select(row => row.RequestId).Order());

        clock.Pass(TimeSpan.FromMinutes(2));
        ledger.Add(Row(4));
        await Eventually(() => _records.Rows.Count == 4);
        await Eventually(() => Directory.GetFiles(_folder).Length == 0);
    }

    [Fact]
    public async Task A_batch_whose_fate_is_not_known_comes_again_under_its_id()
    {
        await using var ledger = Open();
        _records.TakesAndThenHangs = true;
        ledger.Add(Row(1));
        await Eventually(() => Directory.Exists(_folder) && Directory.GetFiles(_folder, "*.ledger").Length == 1);
        _records.TakesAndThenHangs = false;
        ledger.Add(Row(2));

        await Eventually(() => _records.Rows.Count == 2 && _records.Repeated == 1);
    }

    [Fact]
    public async Task While_the_database_hangs_rows_go_to_disk_and_come_in_when_it_goes_on()
    {
        await using var ledger = Open();
        var goesOn = new TaskCompletionSource();
        _records.Hangs = goesOn.Task;
        ledger.Add(Row(1));
        await Eventually(() => _records.Asked > 0);

        // It ends neither in time nor when it is told to.
        ledger.Add(Row(2));
        await Eventually(() => Directory.Exists(_folder) && Directory.GetFiles(_folder, "*.ledger").Length > 0);
        ledger.Add(Row(3));
        await Eventually(() => ledger.Waiting == 0);
        _records.Hangs = null;
        goesOn.SetResult();

        await Eventually(() => _records.Rows.Count == 3);
        await Eventually(() => Directory.GetFiles(_folder).Length == 0);
    }

    [Fact]
    public async Task A_batch_that_the_database_refuses_is_put_aside_and_holds_up_no_other()
    {
        await using var ledger = Open();
        _records.Fault = new RecordsException("no such column");
        ledger.Add(Row(1));
        await Eventually(() => Directory.Exists(_folder) && Directory.GetFiles(_folder, "*.refused").Length == 1);
        _records.Fault = null;
        ledger.Add(Row(2));

        await Eventually(() => _records.Rows.Count == 1);
        Assert.Equal(0, ledger.Lost);
    }

    [Fact]
    public async Task A_file_that_holds_no_batch_is_put_aside()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "0.ledger"), "{", TestContext.Current.CancellationToken);
        await using var ledger = Open();
        ledger.Add(Row(1));

        await Eventually(() => _records.Rows.Count == 1);
        Assert.EndsWith(".refused", Assert.Single(Directory.GetFiles(_folder)));
    }

    [Fact]
    public async Task Without_a_disk_rows_wait_in_memory()
    {
        await using var ledger = new Ledger(_records, null, TimeProvider.System, NullLogger<Ledger>.Instance);
        _records.Fault = new RecordsUnavailableException("away");
        ledger.Add(Row(1));
        await Eventually(() => _records.Refused > 0);
        _records.Fault = null;

        await Eventually(() => _records.Rows.Count == 1);
        Assert.Equal(0, ledger.Lost);
    }

    private static LedgerRow Row(int number) => new()
    {
        Id = Guid.CreateVersion7(),
        At = DateTimeOffset.UnixEpoch.AddSeconds(number),
        RequestId = $"req_{number}",
        Operation = "chat.completions",
        Model = "gpt-4o",
    };

    private static async Task Eventually(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 3_000, "It did not come to pass within 30 s.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private Ledger Open() => new(_records, new LedgerSpill(_folder), TimeProvider.System, NullLogger<Ledger>.Instance);

    /// <summary>Timers of the system, and time that passes when the test says so.</summary>
    private sealed class StandingClock : TimeProvider
    {
        private long _passed;

        public void Pass(TimeSpan time) => Interlocked.Add(ref _passed, (long)(time.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => Volatile.Read(ref _passed);
    }

    private sealed class Records : ILedgerRecords
    {
        private readonly ConcurrentDictionary<Guid, bool> _batches = new();

        public ConcurrentBag<LedgerRow> Rows { get; } = [];

        public RecordsException? Fault { get; set; }

        public bool TakesAndThenHangs { get; set; }

        public Task? Hangs { get; set; }

        public int Asked { get; private set; }

        public int Repeated { get; private set; }

        public int Refused { get; private set; }

        public Task<RecordsPage<UsageSums>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long> SpentAsync(SpendingScope scope, DateOnly? from, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<BucketSums>> SumBucketsAsync(BucketQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RecordsPage<LedgerRow>> ListAsync(LedgerQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task AppendAsync(Guid batch, IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
        {
            Asked++;

            // The test may take either away meanwhile.
            if (Fault is { } fault)
            {
                Refused++;
                throw fault;
            }

            if (Hangs is { } hangs)
            {
                await hangs;
            }

            if (!_batches.TryAdd(batch, true))
            {
                Repeated++;
                return;
            }

            foreach (var row in rows)
            {
                Rows.Add(row);
            }

            if (TakesAndThenHangs)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        }
    }
}
