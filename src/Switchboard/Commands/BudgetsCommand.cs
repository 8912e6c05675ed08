using System.CommandLine;
using System.Globalization;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.State;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard budgets</c>: what was spent of each budget, by the ledger.</summary>
internal static class BudgetsCommand
{
    public static Command Create() => RecordsCommand.Run(new Command("budgets", "What was spent of the budgets of providers, teams, projects and keys, by the ledger."), async (services, configuration, arguments, token) =>
    {
        var (access, ledger, now) = (services.GetRequiredService<IAccessRecords>(), services.GetRequiredService<ILedgerRecords>(), TimeProvider.System.GetUtcNow());
        await foreach (var (scope, name, budget) in AllAsync(access, configuration, token))
        {
            var (from, until) = BudgetPeriods.Of(budget.Period, now);
            var spent = await ledger.SpentAsync(scope, until is null ? null : DateOnly.FromDateTime(from.UtcDateTime), token);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(Describe(scope, name, budget, spent, until));
        }

        return ExitCodes.Done;
    });

    private static async IAsyncEnumerable<(SpendingScope Scope, string Name, Budget Budget)> AllAsync(
        IAccessRecords records,
        GatewayConfiguration configuration,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (name, provider) in configuration.Providers)
        {
            if (provider.Budget is { } budget)
            {
                yield return (new SpendingScope(SpendingKind.Provider, name), name, budget);
            }
        }

        await foreach (var scope in records.ListAllAsync<Team>(cancellationToken).Concat<AccessScope>(records.ListAllAsync<Project>(cancellationToken)).Concat(records.ListAllAsync<VirtualKey>(cancellationToken)))
        {
            foreach (var budget in scope.Policy.Budgets)
            {
                yield return (SpendingScope.Of(scope), scope.Name, budget);
            }
        }
    }

    private static string Describe(SpendingScope scope, string name, Budget budget, long spent, DateTimeOffset? until)
    {
        var share = budget.NanoDollars == 0 ? 100 : 100m * spent / budget.NanoDollars;
        var ends = until is { } end ? string.Create(CultureInfo.InvariantCulture, $"  until {end.UtcDateTime:yyyy-MM-dd}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{scope.Word}  {scope.Id}  {name}  {BudgetPeriods.WordOf(budget.Period)}  {DollarText.Of(spent)} of {DollarText.Of(budget.NanoDollars)} USD ({share:0.#} %){ends}");
    }
}
