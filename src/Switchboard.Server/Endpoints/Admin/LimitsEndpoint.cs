using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary><c>GET /admin/keys/{id}/limits</c> and the same of projects and teams: what is left of each limit.</summary>
internal sealed class LimitsEndpoint<T>(IAccessRecords records, ISharedState state)
    where T : AccessScope
{
    /// <summary>Lists them.</summary>
    public async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var id = AdminRequest.IdOf(context);
        if (await records.FindAsync<T>(id, cancellationToken) is not { } scope)
        {
            return AdminErrors.NotFound(ScopeJson.WordOf<T>(), id);
        }

        var standings = await LimitStanding.ReadAsync(scope, state.Counters);
        await PagedList.WriteAsync(context, new RecordsPage<LimitStanding>(standings, false), IdOf, Write, tellsFirst: false, cancellationToken);
        return null;
    }

    private static string IdOf(LimitStanding standing) => standing.Model is null ? standing.Limit : $"{standing.Model}:{standing.Limit}";

    private static void Write(Utf8JsonWriter json, LimitStanding standing)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, IdOf(standing));
        json.WriteString("object"u8, "limit"u8);
        json.WriteString("limit"u8, standing.Limit);
        json.WriteString("model"u8, standing.Model);
        json.WriteNumber("most"u8, standing.Most);
        json.WriteNumber("remaining"u8, standing.Remaining);
        json.WriteNumber("resets_in_ms"u8, (long)Math.Ceiling(standing.ResetsIn.TotalMilliseconds));
        json.WriteEndObject();
    }
}
