using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Routing.Choice;

/// <summary>
/// Chooses one of a row's deployments. Those that are well, answer and have a place come first, of these the lowest priority, and
/// among what is left the row's strategy decides. Nothing is allocated and, but where a minute is counted, nothing locked.
/// </summary>
internal static class Selector
{
    /// <summary>The most deployments of a row.</summary>
    public const int MostDeployments = 250;

    private const int Full = 1 << 8;
    private const int Unwell = 1 << 9;
    private const int Never = int.MaxValue;

    // What is not known yet counts as this while somebody finds out.
    private static readonly double s_unknownTime = TimeSpan.FromSeconds(1).Ticks;

    /// <summary>Chooses.</summary>
    /// <param name="row">The row.</param>
    /// <param name="match">What the <c>*</c> of its name stands for.</param>
    /// <param name="wishes">What the call wants.</param>
    /// <param name="tried">Those that were tried.</param>
    /// <param name="now">The time.</param>
    /// <param name="settings">When a deployment counts as well.</param>
    /// <param name="evenUnwell">Takes one that is left alone, where there is no other: the one for which that ends first.</param>
    /// <returns>Its place in the row; -1 where there is none.</returns>
    public static int Choose(ModelRoute row, string match, in Wishes wishes, in DeploymentSet tried, long now, BreakerSettings settings, bool evenUnwell = false)
    {
        Span<byte> places = stackalloc byte[MostDeployments];
        var candidates = row.Candidates;
        var (count, best) = (0, evenUnwell ? Never - 1 : Unwell - 1);
        var bit = Deployment.Bit(wishes.Operation);
        var isOpen = wishes.AreOpen && tried.IsEmpty;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates[i];
            if ((candidate.Operations & bit) == 0 || !(isOpen || (!tried.Has(i) && wishes.Allow(candidate.Deployment, match))))
            {
                continue;
            }

            var rank = candidate.HasLimits ? RankOfLimited(candidate, wishes.Tokens, now) : candidate.Priority;
            rank = rank == Never || candidate.State.IsCalm ? rank : RankOfUncalm(candidate.State, rank, now, settings);
            if (rank < best)
            {
                (best, count) = (rank, 0);
            }

            if (rank == best)
            {
                places[count++] = (byte)i;
            }
        }

        return count switch
        {
            0 => -1,
            1 => places[0],
            _ when best >= Unwell => SoonestWell(candidates, places[..count]),
            _ => Choose(row, places[..count], wishes, now),
        };
    }

    private static int RankOfUncalm(DeploymentState state, int rank, long now, BreakerSettings settings) => state.StandingAt(now, settings) switch
    {
        Standing.Away => Unwell,
        Standing.Silent => rank | Full,
        _ => rank,
    };

    // Its minute is full, whatever else: it is never asked.
    private static int RankOfLimited(in Candidate candidate, int tokens, long now) =>
        !candidate.Deployment.HasRoom(tokens, now) ? Never
        : candidate.Deployment.IsFull ? Full + candidate.Priority
        : candidate.Priority;

    private static int Choose(ModelRoute row, ReadOnlySpan<byte> places, in Wishes wishes, long now)
    {
        var candidates = row.Candidates;
        if (wishes.Affinity != 0 && Affinity.Of(wishes.Affinity, row, places) is var own && !IsMuchBusier(candidates, own, places))
        {
            return own;
        }

        return row.Settings.Strategy switch
        {
            RoutingStrategy.RoundRobin => places[(int)(row.NextTurn() % (uint)places.Length)],
            RoutingStrategy.LeastBusy => Least<Load>(candidates, places, now),
            RoutingStrategy.LeastLatency => wishes.Streams ? Least<StreamLatency>(candidates, places, now) : Least<WholeLatency>(candidates, places, now),
            RoutingStrategy.Cheapest => Cheapest(candidates, places),
            _ => row.HasEqualWeights ? places[Random.Shared.Next(places.Length)] : ByWeight(candidates, places),
        };
    }

    private static int ByWeight(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<byte> places)
    {
        var sum = 0L;
        foreach (var place in places)
        {
            sum += candidates[place].Deployment.Weight;
        }

        var drawn = Random.Shared.NextInt64(sum);
        foreach (var place in places)
        {
            drawn -= candidates[place].Deployment.Weight;
            if (drawn < 0)
            {
                return place;
            }
        }

        return places[^1];
    }

    // Beginning anywhere, so that of equals each has its turn.
    private static int Least<TMeasure>(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<byte> places, long now)
        where TMeasure : struct, IMeasure
    {
        var start = Random.Shared.Next(places.Length);
        var (best, least) = (places[start], double.PositiveInfinity);
        for (var i = 0; i < places.Length; i++)
        {
            var at = start + i;
            var place = places[at < places.Length ? at : at - places.Length];
            if (TMeasure.Of(candidates[place], now) is var measured && measured < least)
            {
                (best, least) = (place, measured);
            }
        }

        return best;
    }

    private static int Cheapest(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<byte> places)
    {
        Span<byte> cheapest = stackalloc byte[MostDeployments];
        var (count, price) = (0, double.PositiveInfinity);
        foreach (var place in places)
        {
            var own = candidates[place].Deployment.Price;
            (count, price) = own < price ? (0, own) : (count, price);
            if (own <= price)
            {
                cheapest[count++] = place;
            }
        }

        return Least<Load>(candidates, cheapest[..count], 0);
    }

    // Four calls, and twice as many for its weight as the least busy: so much is a warm cache worth, and no more.
    private static bool IsMuchBusier(ReadOnlySpan<Candidate> candidates, int own, ReadOnlySpan<byte> places)
    {
        var weight = 2.0 * candidates[own].Deployment.Weight;
        var beyond = candidates[own].State.InFlight - 4;
        if (beyond > 0)
        {
            foreach (var place in places)
            {
                if (beyond > weight * candidates[place].Load)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int SoonestWell(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<byte> places)
    {
        var (best, soonest) = (places[0], long.MaxValue);
        foreach (var place in places)
        {
            var state = candidates[place].State;

            // When one that is down comes back nobody knows: last.
            var well = state.Provider.IsDown ? long.MaxValue : Math.Max(state.CoolingUntil, state.Breaker.OpenUntil);
            if (well < soonest)
            {
                (best, soonest) = (place, well);
            }
        }

        return best;
    }

    /// <summary>What of a deployment is to be as little as possible. A type, and no delegate: it is worked out in the loop.</summary>
    private interface IMeasure
    {
        static abstract double Of(in Candidate candidate, long now);
    }

    private readonly struct Load : IMeasure
    {
        public static double Of(in Candidate candidate, long now) => candidate.Load;
    }

    private readonly struct StreamLatency : IMeasure
    {
        public static double Of(in Candidate candidate, long now) => Latency(candidate.State.InFlight, candidate.State.OfStreams, now);
    }

    private readonly struct WholeLatency : IMeasure
    {
        public static double Of(in Candidate candidate, long now) => Latency(candidate.State.InFlight, candidate.State.OfWholes, now);
    }

    // How long a call would wait, by the times of late and those that are answered now.
    private static double Latency(int waiting, FirstByteTimes times, long now) =>
        times.Average(now) is > 0 and var average ? average * (waiting + 1) : waiting * s_unknownTime;
}
