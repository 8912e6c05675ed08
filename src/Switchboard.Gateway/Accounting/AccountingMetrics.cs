using System.Diagnostics.Metrics;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Accounting;

/// <summary>What accounting tells metrics.</summary>
internal static class AccountingMetrics
{
    private static readonly Meter s_meter = new(GatewayTelemetry.Name);

    /// <summary>Rows that went to disk because the database was away.</summary>
    public static Counter<long> Spilled { get; } = s_meter.CreateCounter<long>("switchboard.ledger.spilled", "{row}", "Rows of the ledger that were put on disk while the database was away.");

    /// <summary>Rows that could be kept nowhere.</summary>
    public static Counter<long> Lost { get; } = s_meter.CreateCounter<long>("switchboard.ledger.lost", "{row}", "Rows of the ledger that neither the database nor the disk took.");

    /// <summary>Requests that ended, by <c>model</c>, <c>key</c> and <c>outcome</c>.</summary>
    public static Counter<long> Requests { get; } = s_meter.CreateCounter<long>("switchboard.requests", "{request}", "Requests that ended, by model, key and how they ended.");

    /// <summary>The tokens that they used, by <c>model</c>, <c>key</c> and <c>type</c> (<c>input</c>, <c>output</c>).</summary>
    public static Counter<long> Tokens { get; } = s_meter.CreateCounter<long>("switchboard.tokens", "{token}", "Tokens that requests used, by model, key and type.");

    /// <summary>What they cost, by <c>provider</c>, <c>model</c> and <c>key</c>.</summary>
    public static Counter<double> Cost { get; } = s_meter.CreateCounter<double>("switchboard.cost", "{USD}", "What requests cost, in US dollars, where that is known.");

    /// <summary>Requests whose cost is not known, by <c>provider</c>.</summary>
    public static Counter<long> Unpriced { get; } = s_meter.CreateCounter<long>("switchboard.cost.unknown", "{request}", "Requests whose cost is not known: a price is missing, or what they used was not told.");

    /// <summary>Says that none are spilled or lost yet: an alarm sees a number grow that is there already.</summary>
    public static void TellZeros()
    {
        Spilled.Add(0);
        Lost.Add(0);
    }
}
