using System.Globalization;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Responses;

/// <summary>A page of a list of items, as a call's query asks for it: <c>limit</c>, <c>order</c>, <c>after</c>.</summary>
internal static class ItemPage
{
    private const int UsualLimit = 20;
    private const int MostItems = 100;

    /// <summary>Which page a call asks for, or what is wrong with its query.</summary>
    public static (RecordsQuery? Query, GatewayError? Error) Read(GatewayCall call)
    {
        var limit = UsualLimit;
        if (QueryText.Find(call.Path, "limit") is { } most && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostItems))
        {
            return (null, RequestFaults.Value("limit", "an integer between 1 and 100", $"'{RequestFaults.Shorten(most)}'"));
        }

        return QueryText.Find(call.Path, "order") is { } order && order is not ("asc" or "desc")
            ? (null, RequestFaults.Value("order", "'asc' or 'desc'", $"'{RequestFaults.Shorten(order)}'"))
            : (new RecordsQuery { Limit = limit, After = QueryText.Find(call.Path, "after"), NewestFirst = QueryText.Find(call.Path, "order") != "asc" }, null);
    }

    /// <summary>The page of items that are all known, as JSON, or why there is none.</summary>
    /// <param name="call">The call.</param>
    /// <param name="items">All items, the oldest first.</param>
    public static (ReadOnlyMemory<byte> Answer, GatewayError? Error) Of(GatewayCall call, IReadOnlyList<StoredItem> items)
    {
        var (query, error) = Read(call);
        if (query is null)
        {
            return (default, error);
        }

        List<StoredItem> ordered = [.. query.NewestFirst ? items.Reverse() : items];
        var start = query.After is null ? 0 : ordered.FindIndex(item => item.Id == query.After) + 1;
        if (query.After is not null && start == 0)
        {
            return (default, NothingAfter(query));
        }

        List<StoredItem> page = [.. ordered.Skip(start).Take(query.Limit)];
        return (StoredJson.List(page, hasMore: start + page.Count < ordered.Count), null);
    }

    /// <summary>404: the item after which the page shall begin is not there.</summary>
    public static GatewayError NothingAfter(RecordsQuery query) => StoredCalls.NotFound($"Item with id '{RequestFaults.Shorten(query.After ?? "")}' not found.");
}
