using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Accounting;

/// <summary>Outside all policy: every call that comes to it ends as one row of the ledger, whatever becomes of it.</summary>
internal sealed class AccountingStage(GatewaySnapshot snapshot, Ledger ledger, ProviderServices services, CancellationToken stopping) : IGatewayStage
{
    private readonly CallPrices _prices = new(snapshot, services.LoggerFactory.CreateLogger<CallPrices>());

    /// <inheritdoc/>
    // Pooled: every call goes through it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var account = new CallAccount(call, _prices, services.TimeProvider);
        call.Account = account;
        try
        {
            var outcome = await next(call, cancellationToken);
            End(call, account.Close(outcome.Error ?? (outcome.IsCallerGone ? GatewayError.CallerLeft : call.Fault)));
            return outcome;
        }
        catch (Exception exception)
        {
            End(call, account.Close(ErrorOf(exception, cancellationToken)));
            throw;
        }
    }

    // The counters first: a total that is asked for in between finds it in one of the two, and never in both.
    private void End(GatewayCall call, LedgerRow row)
    {
        call.Close(row);
        ledger.Add(row);
        UsageMetrics.Note(row, snapshot.Labels.Of(call.Facts.Model), call.Caller);
    }

    private GatewayError ErrorOf(Exception exception, CancellationToken cancellationToken) =>
        exception is not OperationCanceledException ? GatewayError.Bug
        : stopping.IsCancellationRequested ? GatewayError.ShuttingDown
        : cancellationToken.IsCancellationRequested ? GatewayError.CallerLeft
        : GatewayError.Bug;
}
