namespace Switchboard.Tests.Server.Telemetry;

/// <summary>
/// Tests that export: OpenTelemetry's SDK hears all gateways of the process, and what it hears is sampled. They run when
/// no others do.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExportAlone
{
    public const string Name = "telemetry export";
}
