namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>Which client makes which call, and why not.</summary>
internal static class Table
{
    public static IReadOnlyList<IConformanceClient> Clients { get; } = [.. ConformanceClients.Makers.Select(make => make())];

    /// <summary>The tests; a client that is one test for itself is not among them.</summary>
    public static IEnumerable<(IConformanceClient Client, Scenario Scenario)> Cells =>
        from client in Clients
        from scenario in Scenarios.All
        where client.Name != ConformanceClients.PythonsPackage && WhyNot(client, scenario) is null
        select (client, scenario);

    /// <summary>Why the client has no such call, or null.</summary>
    public static string? WhyNot(IConformanceClient client, Scenario scenario) =>
        client.Lacks.GetValueOrDefault(scenario.Name) ?? client.Lacks.GetValueOrDefault(scenario.Call.ToString());
}
