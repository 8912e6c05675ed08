using System.Globalization;
using System.Text.Json;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Budgets;

/// <summary>
/// The bytes an operation may allocate, by name, in <c>budgets.json</c>. A change that needs more raises the number
/// there, where a reviewer sees it.
/// </summary>
internal static class AllocationBudget
{
    private static readonly Dictionary<string, double> s_budgets = Read();

    /// <summary>Fails where an operation allocates more than its budget.</summary>
    public static void Check(string name, double bytes)
    {
        Assert.True(s_budgets.TryGetValue(name, out var budget), $"budgets.json has no '{name}'.");
        Assert.True(bytes <= budget, string.Create(CultureInfo.InvariantCulture, $"{name} allocates {bytes:0.#} bytes; its budget is {budget}."));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {bytes:0.#} of {budget} bytes"));
    }

    private static Dictionary<string, double> Read()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "Switchboard.Tests", "Budgets", "budgets.json")));
        return file.RootElement.EnumerateObject().ToDictionary(budget => budget.Name, budget => budget.Value.GetDouble());
    }
}
