using System.Globalization;

namespace Switchboard.Gateway.Configuration;

/// <summary>Checks of numbers and times against their least and most.</summary>
internal static class Ranges
{
    /// <summary>The most a limit of requests may be.</summary>
    public const int MostRequests = 1_000_000;

    public static void Check(string path, int value, int least, int most, string unit, List<ConfigurationFault> faults)
    {
        if (value < least || value > most)
        {
            faults.Add(new(path, string.Create(CultureInfo.InvariantCulture, $"{value} is outside {least} to {most}{unit}.")));
        }
    }

    public static void Check(string path, double value, double least, double most, List<ConfigurationFault> faults)
    {
        // So that a number that is none is outside, too.
        if (!(value >= least && value <= most))
        {
            faults.Add(new(path, string.Create(CultureInfo.InvariantCulture, $"{value} is outside {least} to {most}.")));
        }
    }

    public static void Check(string path, TimeSpan value, TimeSpan least, TimeSpan most, List<ConfigurationFault> faults)
    {
        if (value < least || value > most)
        {
            faults.Add(new(path, $"{Show(value)} is outside {Show(least)} to {Show(most)}."));
        }
    }

    private static string Show(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } when time.Ticks % TimeSpan.TicksPerHour == 0 => Show(time.TotalHours, "h"),
        { TotalMinutes: >= 1 } when time.Ticks % TimeSpan.TicksPerMinute == 0 => Show(time.TotalMinutes, "min"),
        { TotalSeconds: >= 1 } => Show(time.TotalSeconds, "s"),
        { Ticks: 0 } => "0 s",
        _ => Show(time.TotalMilliseconds, "ms"),
    };

    private static string Show(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {unit}");
}
