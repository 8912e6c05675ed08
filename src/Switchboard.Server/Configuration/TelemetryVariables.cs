namespace Switchboard.Server.Configuration;

/// <summary>
/// The variables that OpenTelemetry's SDKs know, and <c>OTLP_ENDPOINT</c>, as settings of the <c>telemetry:</c> part. What is
/// written there wins.
/// </summary>
internal sealed class TelemetryVariables(IReadOnlyDictionary<string, string> variables, Func<string, SettingSource> sourceOf, SettingNode root)
{
    private static readonly (string Variable, string Setting, Func<string, string?> Read)[] s_variables =
    [
        ("OTEL_SDK_DISABLED", "enabled", text => text.Equals("true", StringComparison.OrdinalIgnoreCase) ? "false" : null),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "endpoint", AsIs),
        ("OTLP_ENDPOINT", "endpoint", AsIs),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "traces_endpoint", AsIs),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "metrics_endpoint", AsIs),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "protocol", AsIs),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "timeout", Milliseconds),
        ("OTEL_TRACES_EXPORTER", "traces", UnlessNone),
        ("OTEL_METRICS_EXPORTER", "metrics", UnlessNone),
        ("OTEL_METRIC_EXPORT_INTERVAL", "metrics_interval", Milliseconds),
        ("OTEL_TRACES_SAMPLER", "sampler", AsIs),
        ("OTEL_TRACES_SAMPLER_ARG", "sampling_ratio", AsIs),
        ("OTEL_SERVICE_NAME", "service_name", AsIs),
    ];

    /// <summary>Sets what the variables say and nobody wrote.</summary>
    public void Apply()
    {
        foreach (var (variable, setting, read) in s_variables)
        {
            if (Find(variable, setting) is { } text && read(text) is { } value)
            {
                Part(variable).GetOrAdd(setting, sourceOf(variable)).Set(value, sourceOf(variable));
            }
        }

        SetPairs("OTEL_EXPORTER_OTLP_HEADERS", "headers");
        SetPairs("OTEL_RESOURCE_ATTRIBUTES", "resource_attributes");
    }

    private static string AsIs(string text) => text;

    private static string Milliseconds(string text) => text + "ms";

    // Of other exporters there are none: what is not sent by OTLP is not sent.
    private static string? UnlessNone(string text) => text.Equals("none", StringComparison.OrdinalIgnoreCase) ? "false" : null;

    private SettingNode Part(string variable) => root.GetOrAdd(SettingCatalog.Telemetry, sourceOf(variable));

    private string? Find(string variable, string setting) =>
        variables.TryGetValue(variable, out var value) && !string.IsNullOrWhiteSpace(value) && root.Find(SettingCatalog.Telemetry)?.Find(setting) is null ? value.Trim() : null;

    // name=value,name=value, with what else would not go in percent signs.
    private void SetPairs(string variable, string setting)
    {
        if (Find(variable, setting) is not { } text)
        {
            return;
        }

        var node = Part(variable).GetOrAdd(setting, sourceOf(variable));
        node.Shape = SettingShape.Mapping;
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]).Trim();

            // Without a value it is a slip, and told as one.
            node.GetOrAdd(name, sourceOf(variable)).Set(equals < 0 ? null : Uri.UnescapeDataString(pair[(equals + 1)..]).Trim(), sourceOf(variable));
        }
    }
}
