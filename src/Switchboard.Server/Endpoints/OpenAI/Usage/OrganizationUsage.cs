using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Operations;
using Switchboard.Server.Endpoints.Admin;

namespace Switchboard.Server.Endpoints.OpenAI.Usage;

/// <summary>
/// OpenAI's <c>GET /organization/usage/…</c> and <c>GET /organization/costs</c>, answered from the ledger for administrators.
/// Who names a provider asks that provider.
/// </summary>
internal sealed class OrganizationUsage(ILedgerRecords records, TimeProvider time)
{
    /// <summary>The handler of an operation; null where it asks for nothing of the kind.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="relayed">What sends it to a provider.</param>
    public ApiHandler? For(OpenAIOperation operation, ApiHandler relayed)
    {
        if (UsageKind.All.FirstOrDefault(kind => kind.Operation.Id == operation.Id) is not { } kind)
        {
            return null;
        }

        var own = AdminGuard.Of((context, cancellationToken) => AnswerAsync(context, kind, cancellationToken));
        return (context, cancellationToken) => RequestedProvider.Of(context.Request) is null ? own(context, cancellationToken) : relayed(context, cancellationToken);
    }

    private async ValueTask<GatewayError?> AnswerAsync(HttpContext context, UsageKind kind, CancellationToken cancellationToken)
    {
        if (BucketRequest.Read(kind, context.Request.Query, time.GetUtcNow(), out var request) is { } error)
        {
            return error;
        }

        var query = request.Query;
        var sums = request.IsEmpty ? [] : await records.SumBucketsAsync(query with { Limit = query.Limit + 1 }, cancellationToken);
        var until = request.Until;
        if (sums.Count > query.Limit)
        {
            // The page ends before the bucket that does not fit as a whole.
            until = sums[^1].Start.ToUnixTimeSeconds();
            if (until == request.First)
            {
                return GatewayError.InvalidRequest($"One bucket alone has more than {query.Limit} results: ask for shorter buckets, for less to be told apart, or for some keys, users or projects.", "group_by", "too_many_results");
            }

            sums = [.. sums.Where(sum => sum.Start.ToUnixTimeSeconds() < until)];
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => BucketJson.Write(json, kind, request, until, sums), cancellationToken);
        return null;
    }
}
