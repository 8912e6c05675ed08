using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>Lists of administrators: which page is asked for, and how it is told.</summary>
internal static class AdminList
{
    private const int Most = 1000;

    /// <summary>Reads <c>limit</c>, <c>after</c> and <c>order</c>.</summary>
    /// <returns>What is wrong with them; null for nothing.</returns>
    public static GatewayError? Read(HttpRequest request, bool newestFirst, out RecordsQuery query)
    {
        query = new RecordsQuery { NewestFirst = newestFirst, After = One(request, "after") };
        if (One(request, "limit") is { } limit)
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most is < 1 or > Most)
            {
                return GatewayError.InvalidRequest($"'limit' must be a whole number from 1 to {Most}.", "limit", "invalid_value");
            }

            query = query with { Limit = most };
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
    public static string? One(HttpRequest request, string name) => request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Writes a page.</summary>
    public static Task WriteAsync<T>(HttpContext context, RecordsPage<T> page, Func<T, string> id, Action<Utf8JsonWriter, T> write, CancellationToken cancellationToken) =>
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
                json.WriteBoolean("has_more"u8, page.HasMore);
                json.WriteString("last_id"u8, page.Data.Count > 0 ? id(page.Data[^1]) : null);
                json.WriteEndObject();
            },
            cancellationToken);
}
