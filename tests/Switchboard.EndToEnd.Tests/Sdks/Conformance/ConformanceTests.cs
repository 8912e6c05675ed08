using System.Text.Json.Nodes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>
/// The table of docs/conformance.md: each client makes each call twice, of a provider that replays recorded traffic and of the
/// gateway before it, and nothing but the base URL is changed. What it sees is the same, or differs as the row says.
/// </summary>
[Collection<OnProvider>]
public sealed class ConformanceTests(Provider provider, ConformanceClients clients) : IClassFixture<ConformanceClients>
{
    private const string ProvidersId = "req_provider";

    public static TheoryData<string, string> Cells => [.. Table.Cells.Select(cell => (cell.Client.Name, cell.Scenario.Name))];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_client_sees_through_the_gateway_what_it_sees_without(string clientName, string scenarioName)
    {
        var client = clients.Named(clientName);
        Assert.SkipWhen(client.SkipReason is not null, client.SkipReason ?? "");

        await CompareAsync(client, Scenarios.Named(scenarioName));
    }

    // No registry that is in reach here has the package, and its program counts as one test.
    [Fact]
    public async Task So_does_the_sample_with_the_package_of_Python_where_that_is_installed()
    {
        var client = clients.Named(ConformanceClients.PythonsPackage);
        Assert.SkipWhen(client.SkipReason is not null, client.SkipReason ?? "");

        foreach (var scenario in Scenarios.All.Where(scenario => Table.WhyNot(client, scenario) is null))
        {
            await CompareAsync(client, scenario);
        }
    }

    private async Task CompareAsync(IConformanceClient client, Scenario scenario)
    {
        var (direct, asked) = await RunAsync(client, scenario, provider.ProviderUrl);
        var (through, relayed) = await RunAsync(client, scenario, provider.BaseUrl);

        scenario.Told.Compare(direct, through);
        AssertIds(direct, through, scenario);
        Assert.Equal(scenario.IsRelayed ? asked.Count : 0, relayed.Count);
        Assert.All(asked.Zip(relayed), pair => AssertSameRequest(pair.First, pair.Second));
    }

    private async Task<(Seen Seen, IReadOnlyCollection<UpstreamRequest> Asked)> RunAsync(IConformanceClient client, Scenario scenario, Uri baseUrl)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (request, answers) = scenario.Replay();
        var asked = answers.Count > 0
            ? provider.Answer($"/v1{Paths.Of(scenario.Call, request)}", [.. answers.Select(answer => answer.WithHeader("x-request-id", ProvidersId))])
            : [];

        var seen = await client.RunAsync(new Run(baseUrl, scenario.Call, request, scenario.MaxRetries), cancellationToken);

        if (scenario.Call == Call.ChatLeft)
        {
            Assert.Equal(ExchangeEnd.ClientLeft, await Assert.Single(asked).WaitForEndAsync(cancellationToken));
        }

        return (seen, asked);
    }

    // Where a client shows the id of its request, it is the provider's there and the gateway's here.
    private static void AssertIds(Seen direct, Seen through, Scenario scenario)
    {
        if (direct.RequestId is not null && scenario.IsRelayed)
        {
            Assert.Equal(ProvidersId, direct.RequestId);
        }

        Assert.True(through.ProvidersRequestId is null || through.ProvidersRequestId == ProvidersId, through.ProvidersRequestId);

        // Some show it with the end of a stream alone.
        if (through.RequestId is not null || (direct.RequestId is not null && through.Error is null))
        {
            Assert.True(Guid.TryParse(through.RequestId, out var id) && id.Version == 7, $"The request's id is {through.RequestId}.");
        }
    }

    // The same bytes; where the client streams and did not ask for the usage, with that question put in.
    private static void AssertSameRequest(UpstreamRequest asked, UpstreamRequest relayed)
    {
        Assert.Equal((asked.Method, asked.Path, asked.Query), (relayed.Method, relayed.Path, relayed.Query));
        if (asked.Body.Span.SequenceEqual(relayed.Body.Span))
        {
            return;
        }

        var (before, after) = (JsonNode.Parse(asked.BodyText)!.AsObject(), JsonNode.Parse(relayed.BodyText)!.AsObject());
        Assert.False(before.ContainsKey("stream_options"));
        Assert.True(after.Remove("stream_options", out var options) && options!["include_usage"]!.GetValue<bool>());
        Assert.True(JsonNode.DeepEquals(before, after), $"Asked   {asked.BodyText}\nRelayed {relayed.BodyText}");
    }
}
