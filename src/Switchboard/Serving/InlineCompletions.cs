namespace Switchboard.Cli.Serving;

/// <summary>
/// Has the runtime go on with what waited for a socket on the thread that saw its bytes, without a change to another
/// (decision 0008). A process-wide switch, read once before the first socket.
/// </summary>
internal static class InlineCompletions
{
    private const string Switch = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Turns it on, unless the environment has decided.</summary>
    public static void TurnOn()
    {
        if (Environment.GetEnvironmentVariable(Switch) is null)
        {
            Environment.SetEnvironmentVariable(Switch, "1");
        }
    }
}
