using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Storage.Redis;

/// <summary>What is told of Redis being away: a line of the log each way, and metrics. And what becomes of limits then.</summary>
internal sealed partial class RedisAvailability(string server, ILogger logger)
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Switchboard.Storage";

    private static readonly Meter s_meter = new(MeterName);
    private static readonly UpDownCounter<int> s_away = s_meter.CreateUpDownCounter<int>("switchboard.shared_state.away", "{store}", "Whether the shared state is away.");
    private static readonly Counter<long> s_missed = s_meter.CreateCounter<long>("switchboard.shared_state.missed", "{question}", "Questions that the shared state did not answer, by what became of them.");

    private readonly Lock _gate = new();
    private bool _isAway;
    private int _handling;

    /// <summary>What becomes of limits while it is away.</summary>
    public UnavailableHandling Handling
    {
        get => (UnavailableHandling)Volatile.Read(ref _handling);
        set => Volatile.Write(ref _handling, (int)value);
    }

    /// <summary>A question had no answer.</summary>
    public static void Miss(string what) => s_missed.Add(1, new KeyValuePair<string, object?>("handling", what));

    /// <summary>Says that it is not away, for a listener that is new.</summary>
    public static void TellZeros() => s_away.Add(0);

    /// <summary>It is away.</summary>
    public void Leave(string reason)
    {
        if (Change(true))
        {
            s_away.Add(1);
            Log.Left(logger, server, reason, Handling == UnavailableHandling.Local ? "Each gateway counts for itself" : "Calls that have limits are refused");
        }
    }

    /// <summary>It is there, again or at first.</summary>
    public void Return()
    {
        if (Change(false))
        {
            s_away.Add(-1);
            Log.Returned(logger, server);
        }
    }

    private bool Change(bool isAway)
    {
        lock (_gate)
        {
            var changes = _isAway != isAway;
            _isAway = isAway;
            return changes;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1150, LogLevel.Warning, "The shared state at {Server} is away: {Reason} {Handling} until it is back.")]
        public static partial void Left(ILogger logger, string server, string reason, string handling);

        [LoggerMessage(1151, LogLevel.Warning, "The shared state at {Server} is back.")]
        public static partial void Returned(ILogger logger, string server);
    }
}
