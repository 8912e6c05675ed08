using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Accounting;

/// <summary>The prices of a configuration's deployments, looked up once each.</summary>
internal sealed partial class CallPrices(GatewaySnapshot snapshot, ILogger<CallPrices> logger)
{
    // Where any model of a provider may be asked for, callers choose the names.
    private const int MostKept = 4096;

    private static readonly ModelPrices s_free = new()
    {
        Input = 0,
        Output = 0,
        PerImage = 0,
        PerMinute = 0,
        PerMillionCharacters = 0,
        PerThousandSearches = 0,
    };

    // Where a deployment stands in several rows with prices of its own, the first holds.
    private readonly Dictionary<CallTarget, DeploymentSettings> _own = snapshot.Configuration.Models.Values
        .SelectMany(model => model.Deployments)
        .Where(deployment => deployment is not { InputPrice: null, OutputPrice: null })
        .DistinctBy(deployment => (deployment.Provider, deployment.Model))
        .ToDictionary(deployment => new CallTarget(deployment.Provider, deployment.Model));

    private readonly ConcurrentDictionary<CallTarget, Priced> _kept = new();
    private int _count;

    /// <summary>The cost in nano-dollars; null where a price is not known of something that was used.</summary>
    public long? CostOf(CallTarget target, in TokenUsage usage, in CallUnits units) => CallCost.Of(usage, units, Of(target).Prices);

    /// <summary>Notes that the cost of a call is not known; told once for each deployment.</summary>
    public void NoteUnknown(CallTarget target)
    {
        AccountingMetrics.Unpriced.Add(1, new KeyValuePair<string, object?>("provider", target.Provider));
        if (Of(target).TryTell())
        {
            Log.Unknown(logger, target.Provider, KeyText.Hide(target.Model));
        }
    }

    private Priced Of(CallTarget target)
    {
        if (_kept.TryGetValue(target, out var priced))
        {
            return priced;
        }

        var isKept = Volatile.Read(ref _count) < MostKept;
        priced = new Priced(PricesOf(target), isKept);
        if (isKept && _kept.TryAdd(target, priced))
        {
            Interlocked.Increment(ref _count);
        }

        return priced;
    }

    private ModelPrices? PricesOf(CallTarget target)
    {
        var known = KnownPricesOf(target);
        return _own.GetValueOrDefault(target) is { } own
            ? (known ?? new ModelPrices()) with { Input = own.InputPrice ?? known?.Input, Output = own.OutputPrice ?? known?.Output, LongPrompt = null }
            : known;
    }

    // What runs in this process costs nobody anything that is asked for by the call.
    private ModelPrices? KnownPricesOf(CallTarget target) =>
        snapshot.FactsOf(target.Provider, target.Model)?.Prices ?? (snapshot.Providers.ContainsKey(target.Provider) && snapshot.IsLocal(target.Provider) ? s_free : null);

    private sealed class Priced(ModelPrices? prices, bool mayTell)
    {
        private int _isTold = mayTell ? 0 : 1;

        public ModelPrices? Prices => prices;

        public bool TryTell() => Interlocked.Exchange(ref _isTold, 1) == 0;
    }

    private static partial class Log
    {
        [LoggerMessage(1310, LogLevel.Warning, "What calls of model {Model} at provider {Provider} cost is not known: a price is missing, or what they used is not told. Prices can be set in the file that model_data names.")]
        public static partial void Unknown(ILogger logger, string provider, string model);
    }
}
