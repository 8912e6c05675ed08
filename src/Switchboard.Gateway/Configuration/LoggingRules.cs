namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>logging:</c> part.</summary>
internal static class LoggingRules
{
    public static void Check(LoggingSettings logging, List<ConfigurationFault> faults)
    {
        var file = logging.File;
        Ranges.Check("logging.file.max_mb", file.MaxMegabytes, 1, 10_240, " megabytes", faults);
        Ranges.Check("logging.file.max_files", file.MaxFiles, 0, 10_000, " files", faults);
        if (file.MaxDays is { } days)
        {
            Ranges.Check("logging.file.max_days", days, 1, 3650, " days", faults);
        }
    }
}
