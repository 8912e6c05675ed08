using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.Accounting;

/// <summary>Tells metrics of each row of the ledger. Nothing is allocated for it.</summary>
internal static class UsageMetrics
{
    private const string NoKey = "none";

    /// <summary>Counts a request that ended.</summary>
    /// <param name="row">What became of it.</param>
    /// <param name="model">The label of its model.</param>
    /// <param name="caller">Who asked.</param>
    public static void Note(LedgerRow row, string model, Caller caller)
    {
        KeyValuePair<string, object?> ofModel = new("model", model);

        // As people call it, or else its id: never what a caller brings to be let in.
        KeyValuePair<string, object?> ofKey = new("key", caller.KeyName ?? caller.KeyId ?? NoKey);
        AccountingMetrics.Requests.Add(1, ofModel, ofKey, new("outcome", WordOf(row.Outcome)));
        if (row.Usage.Prompt > 0)
        {
            AccountingMetrics.Tokens.Add(row.Usage.Prompt, ofModel, ofKey, new("type", "input"));
        }

        if (row.Usage.Completion > 0)
        {
            AccountingMetrics.Tokens.Add(row.Usage.Completion, ofModel, ofKey, new("type", "output"));
        }

        if (row.Cost is > 0 and var cost)
        {
            AccountingMetrics.Cost.Add((double)cost / CallCost.NanoDollars, new("provider", row.Provider), ofModel, ofKey);
        }
    }

    private static string WordOf(LedgerOutcome outcome) => outcome switch
    {
        LedgerOutcome.Answered => "answered",
        LedgerOutcome.Failed => "failed",
        LedgerOutcome.Cancelled => "cancelled",
        _ => "broken",
    };
}
