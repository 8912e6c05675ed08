using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>What the gateway starts with. What is in force later, <see cref="GatewayRuntime"/> knows.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Loaded">How it was loaded; null where it was made in code and cannot be read again.</param>
internal sealed record InitialConfiguration(GatewayConfiguration Configuration, LoadedConfiguration? Loaded);
