using System.Diagnostics.CodeAnalysis;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>What loading gave: a configuration that can be used, or everything that is wrong with it.</summary>
/// <param name="Configuration">The configuration; null when there are faults.</param>
/// <param name="Faults">The faults, in the order of the file.</param>
/// <param name="File">The file that was read; null where there is none.</param>
public sealed record LoadedConfiguration(GatewayConfiguration? Configuration, IReadOnlyList<SettingFault> Faults, string? File)
{
    /// <summary>Where it came from: loading that again gives what is there then.</summary>
    public required ConfigurationSources Sources { get; init; }

    /// <summary>The files it was read from.</summary>
    internal ConfigurationFiles Files { get; init; } = new();

    /// <summary>True when the configuration can be used.</summary>
    [MemberNotNullWhen(true, nameof(Configuration))]
    public bool IsValid => Configuration is not null;
}
