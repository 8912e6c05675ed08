using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Tests.Budgets;
using Switchboard.Tests.Gateway.Relay.Http;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Accounting;

// Whoever listens to all meters meanwhile, as tests of secrecy do, would allocate on its thread.
[Collection<Alone>]
public sealed class AccountingAllocationTests
{
    private const int Count = 2_000;

    [Fact]
    public async Task A_call_with_a_ledger_keeps_its_budget()
    {
        var provider = new FleetProvider("first")
        {
            Answer = (call, _) =>
            {
                call.Usage = new TokenUsage(9, 3);
                return new(GatewayOutcome.Answered);
            },
        };
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["first"] = new() { Type = "openai" } },
            Models = new Dictionary<string, ModelSettings> { ["n"] = new() { Deployments = [new DeploymentSettings("first", "gpt-4o-mini")] } },
        };
        await using var ledger = new Ledger(new KeptRows(), null, TimeProvider.System, NullLogger<Ledger>.Instance);
        var services = Provider.Services() with { Ledger = ledger };
        await using var snapshot = GatewaySnapshot.Create(configuration, ProviderRegistry.Default.With("openai", (_, _, _) => provider), services);
        var pipeline = new GatewayPipeline(snapshot, services);
        var calls = Enumerable.Range(0, 2 * Count).Select(_ => Calls.Chat(model: "n")).ToArray();

        Run(calls.AsSpan(0, Count));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(calls.AsSpan(Count));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        AllocationBudget.Check("account_call", (double)allocated / Count);

        void Run(ReadOnlySpan<GatewayCall> some)
        {
            foreach (var call in some)
            {
                var running = pipeline.RunAsync(call, CancellationToken.None);
                Assert.True(running.IsCompletedSuccessfully && !running.Result.IsError);
            }
        }
    }
}
