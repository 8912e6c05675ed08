using System.Globalization;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>What was used and what it cost: <c>GET /admin/usage</c> and <c>GET /admin/usage/rows</c>.</summary>
internal sealed class UsageEndpoint(ILedgerRecords records, TimeProvider time)
{
    private const int CsvPage = 1_000;

    /// <summary>Sums.</summary>
    public async ValueTask<GatewayError?> SumAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (UsageQueries.ReadSum(context.Request, Today, out var query) is { } error)
        {
            return error;
        }

        var page = await records.SumAsync(query, cancellationToken);

        // A sum has no id: the page after it begins behind as many.
        var last = (query.Offset + page.Data.Count).ToString(CultureInfo.InvariantCulture);
        await PagedList.WriteAsync(context, page, _ => last, UsageJson.Write, tellsFirst: false, cancellationToken);
        return null;
    }

    /// <summary>Rows, as JSON a page, as CSV all of them.</summary>
    public async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var isCsv = WantsCsv(context.Request);
        if (UsageQueries.ReadRows(context.Request, Today, out var query) is { } error)
        {
            return error;
        }

        query = isCsv ? query with { Page = query.Page with { Limit = CsvPage } } : query;
        var page = await records.ListAsync(query, cancellationToken);
        if (isCsv)
        {
            await WriteCsvAsync(context, query, page, cancellationToken);
        }
        else
        {
            await PagedList.WriteAsync(context, page, row => row.Id.ToString("N"), UsageJson.Write, tellsFirst: false, cancellationToken);
        }

        return null;
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private static bool WantsCsv(HttpRequest request) =>
        request.Query["format"] is ["csv"] || (request.Query["format"].Count == 0 && request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase));

    private async ValueTask WriteCsvAsync(HttpContext context, LedgerQuery query, RecordsPage<LedgerRow> page, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"usage.csv\"";
        response.Headers.XContentTypeOptions = "nosniff";
        LedgerCsv.WriteHead(response.BodyWriter);
        while (true)
        {
            foreach (var row in page.Data)
            {
                LedgerCsv.Write(response.BodyWriter, row);
            }

            var flush = await response.BodyWriter.FlushAsync(cancellationToken);
            if (!page.HasMore || flush.IsCompleted)
            {
                return;
            }

            query = query with { Page = query.Page with { After = page.Data[^1].Id.ToString("N") } };
            try
            {
                page = await records.ListAsync(query, cancellationToken);
            }
            catch (RecordsException)
            {
                // Half a file must not look whole.
                context.Abort();
                return;
            }
        }
    }
}
