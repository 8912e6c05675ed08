using Switchboard.Gateway.Accounting;

namespace Switchboard.Gateway.State;

/// <summary>Where the rows of the ledger are kept.</summary>
public interface ILedgerRecords
{
    /// <summary>Adds rows, all or none. A batch that was added before is not added again, so one whose fate is not known may be sent once more.</summary>
    /// <param name="batch">The id of the batch.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="cancellationToken">Gives up; whether the batch was added is not known then.</param>
    /// <exception cref="RecordsUnavailableException">The database cannot be reached.</exception>
    Task AppendAsync(Guid batch, IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken);

    /// <summary>Sums of whole days, of what the query asks for, in the order of its groups.</summary>
    /// <exception cref="RecordsException">The database cannot be read.</exception>
    Task<RecordsPage<UsageSums>> SumAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>What somebody spent, in nano-dollars, as far as that is known.</summary>
    /// <param name="scope">Who.</param>
    /// <param name="from">The first day, UTC; null for all that there is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RecordsException">The database cannot be read.</exception>
    Task<long> SpentAsync(SpendingScope scope, DateOnly? from, CancellationToken cancellationToken);

    /// <summary>
    /// Sums by spans of time, in the order of the spans and then of the groups; of a span without calls there is none. Days come from the
    /// sums of days, everything else from the rows of the time that is asked for.
    /// </summary>
    /// <exception cref="RecordsException">The database cannot be read.</exception>
    Task<IReadOnlyList<BucketSums>> SumBucketsAsync(BucketQuery query, CancellationToken cancellationToken);

    /// <summary>Rows in the order of time. A page begins after the id of a row, written as <c>Guid.ToString("N")</c>.</summary>
    /// <exception cref="RecordsException">The database cannot be read.</exception>
    Task<RecordsPage<LedgerRow>> ListAsync(LedgerQuery query, CancellationToken cancellationToken);
}
