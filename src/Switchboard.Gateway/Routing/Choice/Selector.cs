using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Routing.Choice;

/// <summary>
/// Chooses one of a row's deployments. Those that are well and have a place come first, of these the lowest priority, and
/// among what is left the row's strategy decides. Nothing is allocated and, but where a minute is counted, nothing locked.
/// </summary>
internal static class Selector
{
    /// <summary>The most deployments of a row.</summary>
    public const int MostDeployments = 250;

    private const int Full = 1 << 8;
    private const int Unwell = 1 << 9;

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
        var deployments = row.Deployments;
        var (count, best) = (0, evenUnwell ? int.MaxValue : Unwell - 1);
        var bit = Deployment.Bit(wishes.Operation);
        var isOpen = wishes.AreOpen;
        for (var i = 0; i < deployments.Length; i++)
        {
            var deployment = deployments[i];
            if ((deployment.Operations & bit) == 0 || tried.Has(i) || !(isOpen || wishes.Allow(deployment, match)) || !deployment.HasRoom(wishes.Tokens, now))
            {
                continue;
            }

            var rank = Rank(deployment, now, settings);
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
            _ when best >= Unwell => SoonestWell(deployments, places[..count]),
            _ => Choose(row, places[..count], wishes.Affinity, now),
        };
    }

    private static int Rank(Deployment deployment, long now, BreakerSettings settings)
    {
        var state = deployment.State;
        return !state.Breaker.Admits(now, settings) || state.CoolingUntil > now || state.Provider.IsDown ? Unwell
            : deployment.IsFull ? Full + deployment.Settings.Priority
            : deployment.Settings.Priority;
    }

    private static int Choose(ModelRoute row, ReadOnlySpan<byte> places, ulong affinity, long now)
    {
        var deployments = row.Deployments;
        if (affinity != 0 && Affinity.Of(affinity, deployments, places) is var own && !IsMuchBusier(deployments, own, places))
        {
            return own;
        }

        return row.Settings.Strategy switch
        {
            RoutingStrategy.RoundRobin => places[(int)(row.NextTurn() % (uint)places.Length)],
            RoutingStrategy.LeastBusy => Least(deployments, places, now, static (deployment, _) => Load(deployment)),
            RoutingStrategy.LeastLatency => Least(deployments, places, now, static (deployment, now) => Latency(deployment, now)),
            RoutingStrategy.Cheapest => Cheapest(deployments, places),
            _ => ByWeight(deployments, places),
        };
    }

    private static int ByWeight(ReadOnlySpan<Deployment> deployments, ReadOnlySpan<byte> places)
    {
        var sum = 0L;
        foreach (var place in places)
        {
            sum += deployments[place].Settings.Weight;
        }

        var drawn = Random.Shared.NextInt64(sum);
        foreach (var place in places)
        {
            drawn -= deployments[place].Settings.Weight;
            if (drawn < 0)
            {
                return place;
            }
        }

        return places[^1];
    }

    // Beginning anywhere, so that of equals each has its turn.
    private static int Least(ReadOnlySpan<Deployment> deployments, ReadOnlySpan<byte> places, long now, Func<Deployment, long, double> measure)
    {
        var start = Random.Shared.Next(places.Length);
        var (best, least) = (places[start], double.PositiveInfinity);
        for (var i = 0; i < places.Length; i++)
        {
            var at = start + i;
            var place = places[at < places.Length ? at : at - places.Length];
            if (measure(deployments[place], now) is var measured && measured < least)
            {
                (best, least) = (place, measured);
            }
        }

        return best;
    }

    private static int Cheapest(ReadOnlySpan<Deployment> deployments, ReadOnlySpan<byte> places)
    {
        Span<byte> cheapest = stackalloc byte[MostDeployments];
        var (count, price) = (0, double.PositiveInfinity);
        foreach (var place in places)
        {
            var own = deployments[place].Price;
            (count, price) = own < price ? (0, own) : (count, price);
            if (own <= price)
            {
                cheapest[count++] = place;
            }
        }

        return Least(deployments, cheapest[..count], 0, static (deployment, _) => Load(deployment));
    }

    private static double Load(Deployment deployment) => (double)deployment.State.InFlight / deployment.Settings.Weight;

    private static double Latency(Deployment deployment, long now)
    {
        var waiting = deployment.State.InFlight;
        var average = deployment.State.Times.Average(now);
        return average > 0 ? average * (waiting + 1) : waiting * s_unknownTime;
    }

    // Four calls, and twice as many for its weight as the least busy: so much is a warm cache worth, and no more.
    private static bool IsMuchBusier(ReadOnlySpan<Deployment> deployments, int own, ReadOnlySpan<byte> places)
    {
        var weight = 2.0 * deployments[own].Settings.Weight;
        var beyond = deployments[own].State.InFlight - 4;
        if (beyond > 0)
        {
            foreach (var place in places)
            {
                if (beyond > weight * Load(deployments[place]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int SoonestWell(ReadOnlySpan<Deployment> deployments, ReadOnlySpan<byte> places)
    {
        var (best, soonest) = (places[0], long.MaxValue);
        foreach (var place in places)
        {
            var state = deployments[place].State;
            var well = Math.Max(state.CoolingUntil, state.Breaker.OpenUntil);
            if (well < soonest)
            {
                (best, soonest) = (place, well);
            }
        }

        return best;
    }
}
