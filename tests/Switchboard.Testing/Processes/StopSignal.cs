namespace Switchboard.Testing.Processes;

/// <summary>How a process is asked to end.</summary>
public enum StopSignal
{
    /// <summary>As Ctrl-C does.</summary>
    Interrupt = 2,

    /// <summary>As a service manager does.</summary>
    Terminate = 15,
}
