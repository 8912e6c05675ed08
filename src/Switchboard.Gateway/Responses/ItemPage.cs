using System.Globalization;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Responses;

/// <summary>A page of a list of items, as a call's query asks for it: <c>limit</c>, <c>order</c>, <c>after</c>.</summary>
internal sealed class ItemPage
{
    private const int UsualLimit = 20;
    private const int MostItems = 100;

    private readonly IReadOnlyList<StoredItem> _items;
    private readonly string? _limit;
    private readonly string _order;
    private readonly string? _after;

    private ItemPage(IReadOnlyList<StoredItem> items, string path)
    {
        _items = items;
        _limit = QueryText.Find(path, "limit");
        _order = QueryText.Find(path, "order") ?? "desc";
        _after = QueryText.Find(path, "after");
    }

    /// <summary>The page that a call asks for.</summary>
    /// <param name="call">The call.</param>
    /// <param name="items">All items, the oldest first.</param>
    public static ItemPage Of(GatewayCall call, IReadOnlyList<StoredItem> items) => new(items, call.Path);

    /// <summary>The page as JSON, or why there is none.</summary>
    public (ReadOnlyMemory<byte> Answer, GatewayError? Error) ToJson()
    {
        var limit = UsualLimit;
        if (_limit is not null && (!int.TryParse(_limit, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostItems))
        {
            return (default, RequestFaults.Value("limit", "an integer between 1 and 100", $"'{RequestFaults.Shorten(_limit)}'"));
        }

        if (_order is not ("asc" or "desc"))
        {
            return (default, RequestFaults.Value("order", "'asc' or 'desc'", $"'{RequestFaults.Shorten(_order)}'"));
        }

        var ordered = _order == "asc" ? _items : [.. _items.Reverse()];
        var start = 0;
        if (_after is not null)
        {
            while (start < ordered.Count && ordered[start].Id != _after)
            {
                start++;
            }

            if (start++ == ordered.Count)
            {
                return (default, StoredCalls.NotFound($"Item with id '{RequestFaults.Shorten(_after)}' not found."));
            }
        }

        StoredItem[] page = [.. ordered.Skip(start).Take(limit)];
        return (StoredJson.List(page, hasMore: start + page.Length < ordered.Count), null);
    }
}
