using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Tests.Budgets;
using Switchboard.Tests.Gateway.Relay.Http;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing;

// Whoever listens to all meters meanwhile, as tests of secrecy do, would allocate on its thread.
[Collection<Alone>]
public sealed class RoutingAllocationTests
{
    private const int Calls = 2_000;

    [Theory]
    [InlineData("route_plain_call", 1)]
    [InlineData("route_call_of_three", 3)]
    public async Task A_call_through_the_pipeline_keeps_its_budget(string budget, int deployments)
    {
        var fake = new FakeProvider("p");
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["p"] = new() { Type = "openai" } },
            Models = new Dictionary<string, ModelSettings> { ["m"] = new() { Deployments = [.. Enumerable.Range(0, deployments).Select(place => new DeploymentSettings("p", $"x{place}"))] } },
        };
        var services = Provider.Services();
        await using var snapshot = GatewaySnapshot.Create(configuration, ProviderRegistry.Default.With("openai", (_, _, _) => fake), services);
        var pipeline = new GatewayPipeline(snapshot, services);
        var calls = Enumerable.Range(0, 2 * Calls).Select(_ => Support.Calls.Chat(model: "m")).ToArray();

        Run(pipeline, calls.AsSpan(0, Calls));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(pipeline, calls.AsSpan(Calls));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        AllocationBudget.Check(budget, (double)allocated / Calls);
    }

    private static void Run(GatewayPipeline pipeline, ReadOnlySpan<GatewayCall> calls)
    {
        foreach (var call in calls)
        {
            var running = pipeline.RunAsync(call, CancellationToken.None);
            var outcome = running.IsCompletedSuccessfully ? running.Result : throw new InvalidOperationException("Nothing in it waits.");
            Assert.False(outcome.IsError);
        }
    }
}
