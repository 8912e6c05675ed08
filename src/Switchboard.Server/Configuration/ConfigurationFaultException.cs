namespace Switchboard.Server.Configuration;

/// <summary>The configuration cannot be used; the message holds one fault a line.</summary>
public sealed class ConfigurationFaultException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="faults">What is wrong; at least one.</param>
    public ConfigurationFaultException(IReadOnlyList<SettingFault> faults)
        : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<SettingFault> Faults { get; }
}
