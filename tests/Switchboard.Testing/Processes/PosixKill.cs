using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Switchboard.Testing.Processes;

/// <summary>Sends signals, which .NET can only receive.</summary>
internal static partial class PosixKill
{
    private const int NoSuchProcess = 3;

    public static void Send(Process process, StopSignal signal)
    {
        if (OperatingSystem.IsWindows())
        {
            // There are no signals: ending at once is what is left.
            process.Kill(entireProcessTree: true);
        }
        else
        {
            Send(process, (int)signal);
        }
    }

    public static void Pause(Process process) => Send(process, OperatingSystem.IsMacOS() ? 17 : 19);

    public static void Resume(Process process) => Send(process, OperatingSystem.IsMacOS() ? 19 : 18);

    private static void Send(Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
