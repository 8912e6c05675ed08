using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary><c>GET /admin/budgets</c>: how the budgets of providers, teams, projects and keys stand.</summary>
internal sealed class BudgetsEndpoint(GatewayRuntime runtime, Gatekeeper keeper, BudgetBook book)
{
    /// <summary>Lists a page of them.</summary>
    public async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (PagedList.Read(context.Request, new RecordsQuery(), out var query) is { } error)
        {
            return error;
        }

        var page = PagedList.Of(All(), one => IdOf(one.Scope, one.Budget), query);
        var standings = await book.ReadAsync(page.Data, cancellationToken);
        await PagedList.WriteAsync(context, new RecordsPage<BudgetStanding>(standings, page.HasMore), one => IdOf(one.Scope, one.Budget), Write, tellsFirst: false, cancellationToken);
        return null;
    }

    private IEnumerable<(SpendingScope Scope, string Name, Budget Budget)> All()
    {
        foreach (var (name, provider) in runtime.Configuration.Providers)
        {
            if (provider.Budget is { } budget)
            {
                yield return (new SpendingScope(SpendingKind.Provider, name), name, budget);
            }
        }

        foreach (var scope in keeper.Scopes)
        {
            foreach (var budget in scope.Policy.Budgets)
            {
                yield return (SpendingScope.Of(scope), scope.Name, budget);
            }
        }
    }

    private static string IdOf(SpendingScope scope, Budget budget) => $"{scope.Name}:{BudgetPeriods.WordOf(budget.Period)}";

    private static void Write(Utf8JsonWriter json, BudgetStanding standing)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, IdOf(standing.Scope, standing.Budget));
        json.WriteString("object"u8, "budget"u8);
        json.WriteString("scope"u8, standing.Scope.Word);
        json.WriteString("scope_id"u8, standing.Scope.Id);
        json.WriteString("name"u8, standing.Name);
        json.WriteString("period"u8, BudgetPeriods.WordOf(standing.Budget.Period));
        WriteDollars(json, "limit"u8, standing.Budget.NanoDollars);
        WriteDollars(json, "spent"u8, standing.Spent);
        WriteDollars(json, "remaining"u8, Math.Max(0, standing.Budget.NanoDollars - standing.Spent));
        json.WriteNumber("warn_at"u8, standing.Budget.WarnAt);
        if (standing.ResetsAt is { } resets)
        {
            json.WriteNumber("resets_at"u8, resets.ToUnixTimeSeconds());
        }
        else
        {
            json.WriteNull("resets_at"u8);
        }

        json.WriteEndObject();
    }

    private static void WriteDollars(Utf8JsonWriter json, ReadOnlySpan<byte> name, long nano)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(DollarText.Of(nano));
    }
}
