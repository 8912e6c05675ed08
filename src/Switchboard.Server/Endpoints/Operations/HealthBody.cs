using System.Text.Json;
using Switchboard.Gateway.Routing;
using Switchboard.Server.Configuration.Reloading;
using Switchboard.Server.Health;

namespace Switchboard.Server.Endpoints.Operations;

/// <summary>Writes what <c>/health</c> tells. Names and numbers alone: no address, no reason, no secret.</summary>
internal static class HealthBody
{
    /// <summary>When the configuration was taken. What is wrong with its files is for the log alone: anybody may ask here.</summary>
    public static void WriteConfiguration(Utf8JsonWriter json, ConfigurationWatch.Status configuration)
    {
        json.WriteStartObject("configuration"u8);
        json.WriteString("taken_at"u8, configuration.TakenAt);
        if (configuration.RefusedAt is { } refused)
        {
            json.WriteString("refused_at"u8, refused);
        }

        json.WriteEndObject();
    }

    /// <summary>The stages of the start.</summary>
    public static void WriteStartup(Utf8JsonWriter json, StartupStages stages)
    {
        json.WriteStartObject("startup"u8);
        json.WriteString("started_at"u8, stages.StartedAt.UtcDateTime);
        json.WriteStartArray("stages"u8);
        foreach (var (name, after) in stages.All)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteString("status"u8, after is null ? "pending"u8 : "done"u8);
            WriteMilliseconds(json, "after_ms"u8, after);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What the gateway relies on.</summary>
    public static void WriteDependencies(Utf8JsonWriter json, DependencyChecks.Report report)
    {
        json.WriteStartObject("dependencies"u8);
        foreach (var dependency in report.All)
        {
            json.WriteStartObject(dependency.Name);
            json.WriteString("status"u8, Word(dependency.State));
            json.WriteString("kind"u8, dependency.Kind);
            WriteMilliseconds(json, "latency_ms"u8, dependency.Latency);
            foreach (var (name, value) in dependency.Counts)
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteString("checked_at"u8, report.At.UtcDateTime);
        json.WriteEndObject();
    }

    /// <summary>The providers, as calls have found them.</summary>
    public static void WriteProviders(Utf8JsonWriter json, IEnumerable<ProviderStanding> providers)
    {
        json.WriteStartObject("providers"u8);
        foreach (var provider in providers)
        {
            json.WriteStartObject(provider.Name);
            json.WriteString("status"u8, Word(provider.State));
            json.WriteString("type"u8, provider.Type);
            json.WriteNumber("deployments"u8, provider.Deployments);
            json.WriteNumber("open_breakers"u8, provider.OpenBreakers);
            json.WriteNumber("cooling"u8, provider.Cooling);
            json.WriteNumber("in_flight"u8, provider.InFlight);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Word(DependencyState state) => state switch
    {
        DependencyState.Ok => "ok",
        DependencyState.Degraded => "degraded",
        _ => "down",
    };

    private static string Word(ProviderState state) => state switch
    {
        ProviderState.Ok => "ok",
        ProviderState.Degraded => "degraded",
        ProviderState.NoKey => "no_key",
        _ => "down",
    };

    private static void WriteMilliseconds(Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan? time)
    {
        if (time is { } known)
        {
            json.WriteNumber(name, Math.Round(known.TotalMilliseconds, 1));
        }
    }
}
