namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>telemetry:</c> part.</summary>
internal static class TelemetryRules
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(100);

    public static void Check(TelemetrySettings telemetry, List<ConfigurationFault> faults)
    {
        CheckAddress("telemetry.endpoint", telemetry.Endpoint, faults);
        CheckAddress("telemetry.traces_endpoint", telemetry.TracesEndpoint, faults);
        CheckAddress("telemetry.metrics_endpoint", telemetry.MetricsEndpoint, faults);
        Ranges.Check("telemetry.timeout", telemetry.Timeout, s_least, TimeSpan.FromMinutes(1), faults);
        Ranges.Check("telemetry.metrics_interval", telemetry.MetricsInterval, s_least, TimeSpan.FromHours(1), faults);
        Ranges.Check("telemetry.sampling_ratio", telemetry.SamplingRatio, 0, 1, faults);
        if (string.IsNullOrWhiteSpace(telemetry.ServiceName))
        {
            faults.Add(new("telemetry.service_name", "It is empty; leave it out for switchboard."));
        }

        foreach (var (name, value) in telemetry.Headers)
        {
            CheckHeader(name, value.Reveal(), faults);
        }
    }

    private static void CheckAddress(string path, Uri? address, List<ConfigurationFault> faults)
    {
        if (address is not null && (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)))
        {
            faults.Add(new(path, "It must be an address such as http://127.0.0.1:4317."));
        }
    }

    // The value is not repeated: it may be a key.
    private static void CheckHeader(string name, string value, List<ConfigurationFault> faults)
    {
        if (name.Length == 0 || name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.')))
        {
            faults.Add(new("telemetry.headers", "A name of a header is made of letters, digits, '-', '_' and '.'."));
        }
        else if (value.AsSpan().ContainsAnyExceptInRange(' ', '~') || value.Contains(',', StringComparison.Ordinal))
        {
            faults.Add(new($"telemetry.headers.{name}", "It holds a comma, a line end or a character beyond ASCII, which cannot be sent."));
        }
    }
}
