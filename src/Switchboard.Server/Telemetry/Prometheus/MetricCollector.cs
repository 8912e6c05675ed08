using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>
/// Listens to the meters of the gateway and of what it runs on, and adds up what they tell, for <c>/metrics</c>. To take a
/// measurement whose labels were seen before costs neither a lock nor memory.
/// </summary>
internal sealed partial class MetricCollector : IDisposable
{
    // Not Switchboard.Client: an application that has both would find its own calls among those of the gateway.
    private static readonly HashSet<string> s_meters =
    [
        "Switchboard.Gateway", "Switchboard.Storage", "Switchboard.Server",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime",
    ];

    // Never one inside the other the wrong way: who makes an instrument holds a lock of .NET's own when it comes here, and
    // may be waited for by what is asked for a page.
    private readonly Lock _familiesGate = new();
    private readonly Lock _pageGate = new();
    private readonly SortedDictionary<string, InstrumentFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly CompatibilityNames _compatibility = new();
    private readonly ProcessFacts _process;
    private readonly int _most;
    private readonly IMeterFactory? _factory;
    private readonly TimeProvider _time;
    private readonly ILogger<MetricCollector> _logger;
    private int _page;
    private int _expected = 64 * 1024;
    private bool _toldFault;

    /// <summary>Begins to listen.</summary>
    /// <param name="most">The most series of an instrument.</param>
    /// <param name="factory">What makes the meters of this application: those that others make in the same process are not its own. Null where none does.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told of instruments that have no place.</param>
    /// <param name="meters">Further meters.</param>
    public MetricCollector(int most, IMeterFactory? factory, TimeProvider time, ILogger<MetricCollector> logger, params IReadOnlyCollection<string> meters)
    {
        (_most, _factory, _time, _logger) = (most, factory, time, logger);
        _process = new ProcessFacts(time);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if ((s_meters.Contains(instrument.Meter.Name) || meters.Contains(instrument.Meter.Name)) && IsOurs(instrument) && FamilyOf(instrument) is { } family)
            {
                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => (family as InstrumentFamily)?.Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => (family as InstrumentFamily)?.Record(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => (family as InstrumentFamily)?.Record(value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => (family as InstrumentFamily)?.Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => (family as InstrumentFamily)?.Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => (family as InstrumentFamily)?.Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => (family as InstrumentFamily)?.Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>The page as it is now. To be given back when it was sent.</summary>
    public ExpositionWriter Write(ExpositionFormat format)
    {
        lock (_pageGate)
        {
            var families = Families();
            Observe(families);
            var writer = new ExpositionWriter(_expected);
            foreach (var family in families)
            {
                family.Write(writer, format);
            }

            _compatibility.Write(families, writer, format);
            _process.Write(families, writer, format);
            if (format.IsOpenMetrics)
            {
                writer.Write("# EOF\n"u8);
            }

            // The next one is about as large.
            _expected = writer.Written.Length + (writer.Written.Length / 8) + 1024;
            return writer;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private bool IsOurs(Instrument instrument) => instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, _factory);

    private InstrumentFamily? FamilyOf(Instrument instrument)
    {
        if (InstrumentFamilies.KindOf(instrument) is not { } kind)
        {
            return null;
        }

        var made = InstrumentFamilies.Make(instrument, kind, _most, _time);
        lock (_familiesGate)
        {
            if (!_families.TryGetValue(made.Name, out var family))
            {
                _families.Add(made.Name, family = made);
            }

            // Instruments of one name in several meters are one family; of two kinds they cannot be.
            if (family.GetType() == made.GetType() && family.Kind == kind)
            {
                return family;
            }
        }

        Log.Unlike(_logger, instrument.Meter.Name, instrument.Name);
        return null;
    }

    private InstrumentFamily[] Families()
    {
        lock (_familiesGate)
        {
            return [.. _families.Values];
        }
    }

    private void Observe(InstrumentFamily[] families)
    {
        _page++;
        foreach (var family in families)
        {
            family.BeginPage(_page);
        }

        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException fault)
        {
            // One that cannot tell is missing, the others are there.
            if (!_toldFault)
            {
                _toldFault = true;
                Log.NotObserved(_logger, fault);
            }
        }

        foreach (var family in families)
        {
            family.EndPage();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1940, LogLevel.Warning, "The instrument {Instrument} of the meter {Meter} is not on the page of metrics: another one of its name is of another kind.")]
        public static partial void Unlike(ILogger logger, string meter, string instrument);

        [LoggerMessage(1941, LogLevel.Warning, "Some instruments could not be asked for the page of metrics.")]
        public static partial void NotObserved(ILogger logger, Exception exception);
    }
}
