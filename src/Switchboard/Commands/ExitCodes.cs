namespace Switchboard.Cli.Commands;

/// <summary>What the process tells its caller at its end.</summary>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Done = 0;

    /// <summary>It could not be done: a port in use, a permission missing.</summary>
    public const int Failed = 1;

    /// <summary>What was asked is at fault: configuration or arguments.</summary>
    public const int Misuse = 2;

    /// <summary>Ended at once by a second Ctrl-C.</summary>
    public const int Interrupted = 130;
}
