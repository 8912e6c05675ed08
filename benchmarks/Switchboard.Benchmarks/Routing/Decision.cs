using System.Diagnostics;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Routing;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Benchmarks.Routing;

/// <summary>One choice among a row's deployments, all of them well, by each strategy.</summary>
internal static class Decision
{
    private const int Rounds = 15;
    private const int Choices = 200_000;
    private const double MostNanoseconds = 1000;

    public static void Run(Report report)
    {
        Report.Table("A routing decision, ns (median of 15 rounds, and the quickest)", "among", "1", "10", "100", "allocated, bytes");
        var slowest = 0.0;
        foreach (var (name, settings, change) in Kinds())
        {
            var few = Measure(settings, change, 1);
            var some = Measure(settings, change, 10);
            var many = Measure(settings, change, 100);
            slowest = Math.Max(slowest, many.Times.Median);
            Report.Row([name, Text(few.Times), Text(some.Times), Text(many.Times), Cells.Text($"{few.Bytes + some.Bytes + many.Bytes}")]);
        }
        report.Add(Bar.AtMost("a routing decision among 100 deployments, by the slowest strategy", MostNanoseconds, slowest, " ns", "0"));
    }

    private static IEnumerable<(string Name, ModelSettings Settings, Func<DeploymentSettings, DeploymentSettings> Change)> Kinds()
    {
        var row = new ModelSettings { Deployments = [] };
        foreach (var strategy in Enum.GetValues<RoutingStrategy>())
        {
            yield return ($"{strategy}", row with { Strategy = strategy }, one => one);
        }
        yield return ("Weighted, sticky", row with { Sticky = StickyBy.User }, one => one);
        yield return ("Weighted, with rpm and tpm", row, one => one with { RequestsPerMinute = 1_000_000, TokensPerMinute = 1_000_000 });
    }

    private static string Text(Sample times) => Cells.Text($"{times.Median:0} ({times.Quantile(0):0})");

    private static (Sample Times, long Bytes) Measure(ModelSettings settings, Func<DeploymentSettings, DeploymentSettings> change, int count)
    {
        var states = new DeploymentStates(TimeProvider.System);
        var deployments = Enumerable.Range(0, count).Select(place => change(new DeploymentSettings("p", FormattableString.Invariant($"m{place}")))).ToArray();
        var provider = new NoProvider();
        var row = new ModelRoute("m", settings, [.. deployments.Select((one, place) => new Deployment(provider, one, states.Of("p", one.Model)) { Price = place % 7 })], states.OfRow("m"));
        var random = new Random(3);
        foreach (var deployment in row.Deployments)
        {
            // As under load: some calls on each, and times that are known.
            for (var calls = random.Next(8); calls > 0; calls--)
            {
                deployment.State.Enter(states.Now);
            }
            deployment.State.Hear();
            deployment.State.OfWholes.Add(random.Next(1_000_000), states.Now);
        }
        Choose(states, row, settings.Sticky);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var times = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            times[round] = Choose(states, row, settings.Sticky);
        }
        return (Sample.Of(times), (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds / Choices);
    }

    /// <returns>Nanoseconds for each, with the reading of the clock that a call needs.</returns>
    private static double Choose(DeploymentStates states, ModelRoute row, StickyBy sticky)
    {
        var settings = new BreakerSettings();
        var sum = 0;
        var start = Stopwatch.GetTimestamp();
        for (var i = 1; i <= Choices; i++)
        {
            var wishes = new Wishes { Operation = ApiOperation.ChatCompletions, Tokens = 100, Affinity = sticky == StickyBy.None ? 0 : (ulong)i };
            sum += Selector.Choose(row, "", wishes, default, states.Now, settings);
        }
        var elapsed = Stopwatch.GetElapsedTime(start);
        return sum >= 0 ? elapsed.TotalNanoseconds / Choices : throw new InvalidOperationException("Nothing was chosen.");
    }

    private sealed class NoProvider : IProvider
    {
        public string Name => "p";

        public bool Offers(ApiOperation operation) => true;

        public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => default;

        public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => new(new ModelListing([]));
    }
}
