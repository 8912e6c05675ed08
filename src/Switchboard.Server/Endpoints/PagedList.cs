using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints;

/// <summary>Lists of the gateway's own that come in pages: which page is asked for, and how it is told.</summary>
internal static class PagedList
{
    private const int Most = 1000;

    /// <summary>Reads <c>limit</c>, <c>after</c> and <c>order</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="usual">The page where nobody says otherwise, without the place where it begins.</param>
    /// <param name="query">The page.</param>
    /// <param name="most">The most that are told.</param>
    /// <param name="others">Further parameters that the reader takes one value of.</param>
    /// <returns>What is wrong with them; null for nothing.</returns>
    public static GatewayError? Read(HttpRequest request, RecordsQuery usual, out RecordsQuery query, int most = Most, params ReadOnlySpan<string> others)
    {
        query = usual with { After = One(request, "after") };
        if (CheckOnce(request.Query, ["limit", "after", "order", .. others]) is { } twice)
        {
            return twice;
        }

        if (One(request, "limit") is { } limit)
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > most)
            {
                return GatewayError.InvalidRequest($"'limit' must be a whole number from 1 to {most}.", "limit", "invalid_value");
            }

            query = query with { Limit = number };
        }

        if (One(request, "order") is { } order)
        {
            if (order is not ("asc" or "desc"))
            {
                return GatewayError.InvalidRequest("'order' must be asc or desc.", "order", "invalid_value");
            }

            query = query with { NewestFirst = order == "desc" };
        }

        return null;
    }

    /// <summary>The value of a parameter; null without one.</summary>
    public static string? One(HttpRequest request, string name) => One(request.Query, name);

    /// <summary>The value of a parameter; null without one.</summary>
    public static string? One(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Refuses a parameter that is given twice: which of the two is meant nobody knows.</summary>
    /// <param name="query">The query.</param>
    /// <param name="names">The parameters that one value is taken of.</param>
    /// <returns>What is wrong; null for nothing.</returns>
    public static GatewayError? CheckOnce(IQueryCollection query, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (query[name].Count > 1)
            {
                return GatewayError.InvalidRequest($"'{name}' is given twice; it must be given once.", name, "duplicate_parameter");
            }
        }

        return null;
    }

    /// <summary>A page of what is all in memory, in the order of its ids.</summary>
    public static RecordsPage<T> Of<T>(IEnumerable<T> all, Func<T, string> id, RecordsQuery query)
    {
        var sorted = query.NewestFirst ? all.OrderByDescending(id, StringComparer.Ordinal) : all.OrderBy(id, StringComparer.Ordinal);
        var found = sorted
            .Where(one => query.After is null || (query.NewestFirst ? string.CompareOrdinal(id(one), query.After) < 0 : string.CompareOrdinal(id(one), query.After) > 0))
            .Take(query.Limit + 1)
            .ToArray();
        return new RecordsPage<T>([.. found.Take(query.Limit)], found.Length > query.Limit);
    }

    /// <summary>Writes a page.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="page">The page.</param>
    /// <param name="id">By what one is asked for.</param>
    /// <param name="write">Writes one.</param>
    /// <param name="tellsFirst">As OpenAI's lists do, <c>first_id</c> is told, too.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static Task WriteAsync<T>(HttpContext context, RecordsPage<T> page, Func<T, string> id, Action<Utf8JsonWriter, T> write, bool tellsFirst, CancellationToken cancellationToken) =>
        JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("object"u8, "list"u8);
                json.WriteStartArray("data"u8);
                foreach (var item in page.Data)
                {
                    write(json, item);
                }

                json.WriteEndArray();
                if (tellsFirst)
                {
                    json.WriteString("first_id"u8, page.Data.Count > 0 ? id(page.Data[0]) : null);
                }

                json.WriteString("last_id"u8, page.Data.Count > 0 ? id(page.Data[^1]) : null);
                json.WriteBoolean("has_more"u8, page.HasMore);
                json.WriteEndObject();
            },
            cancellationToken);
}
