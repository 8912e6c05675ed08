using System.Text;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>The table as docs/conformance.md has it.</summary>
internal static class ConformancePage
{
    public static string Render()
    {
        var page = new StringBuilder();
        page.Append(Row(["call", "through the gateway", .. Table.Clients.Select(client => client.Name)]));
        page.Append(Row(Enumerable.Repeat("---", Table.Clients.Count + 2), ""));
        foreach (var scenario in Scenarios.All)
        {
            page.Append(Row([scenario.Name, scenario.Told.Words, .. Table.Clients.Select(client => Table.WhyNot(client, scenario) is null ? "✓" : "–")]));
        }

        page.Append("\nLeft out (–):\n\n");
        foreach (var clients in Table.Clients.GroupBy(client => string.Join("; ", Reasons(client))).Where(clients => clients.Key.Length > 0))
        {
            page.Append("- ").AppendJoin(", ", clients.Select(client => client.Name)).Append(": ").Append(clients.Key).Append('\n');
        }

        return page.ToString();
    }

    private static IEnumerable<string> Reasons(IConformanceClient client) => Scenarios.All
        .Select(scenario => (scenario.Name, Reason: Table.WhyNot(client, scenario)))
        .Where(left => left.Reason is not null)
        .GroupBy(left => left.Reason, left => left.Name)
        .Select(group => $"{group.Key} ({string.Join(", ", group)})");

    private static string Row(IEnumerable<string> cells, string blank = " ") => $"|{string.Concat(cells.Select(cell => $"{blank}{cell}{blank}|"))}\n";
}
