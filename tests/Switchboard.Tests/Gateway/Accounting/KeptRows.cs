using System.Collections.Concurrent;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.State;

namespace Switchboard.Tests.Gateway.Accounting;

/// <summary>Keeps the rows of a ledger for a test to look at.</summary>
internal sealed class KeptRows : ILedgerRecords
{
    public ConcurrentQueue<LedgerRow> Rows { get; } = [];

    public Task AppendAsync(Guid batch, IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            Rows.Enqueue(row);
        }

        return Task.CompletedTask;
    }

    public Task<RecordsPage<UsageSums>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What is said to be spent already, by whoever asks.</summary>
    public ConcurrentDictionary<SpendingScope, long> Spent { get; } = [];

    /// <summary>From which days on that was asked.</summary>
    public ConcurrentQueue<DateOnly?> Asked { get; } = [];

    public Task<long> SpentAsync(SpendingScope scope, DateOnly? from, CancellationToken cancellationToken)
    {
        Asked.Enqueue(from);
        return Task.FromResult(Spent.GetValueOrDefault(scope));
    }

    public Task<IReadOnlyList<BucketSums>> SumBucketsAsync(BucketQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RecordsPage<LedgerRow>> ListAsync(LedgerQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();
}
