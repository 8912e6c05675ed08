namespace Switchboard.Gateway.Configuration;

/// <summary>How long the ledger is kept, the <c>ledger:</c> part.</summary>
public sealed record LedgerSettings
{
    /// <summary>For how many days, beside the one that runs, its rows are kept (<c>keep_days</c>), 1 to 3,650; the sums of days stay. Default null: for ever.</summary>
    public int? KeepDays { get; init; }
}
