using System.Runtime.InteropServices;
using Switchboard.Server;

namespace Switchboard.Cli.Serving;

/// <summary>
/// SIGHUP has the configuration read again. It is also what the system sends when the terminal closes that the gateway
/// was started in: it stops then.
/// </summary>
internal sealed class ReloadSignal(GatewayOverview gateway, IHostApplicationLifetime application) : IHostedService
{
    private PosixSignalRegistration? _registration;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var hadTerminal = HasTerminal();
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            if (hadTerminal && !HasTerminal())
            {
                application.StopApplication();
            }
            else
            {
                gateway.Reload();
            }
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _registration?.Dispose();
        return Task.CompletedTask;
    }

    private static bool HasTerminal()
    {
        try
        {
            using var terminal = File.OpenHandle("/dev/tty", FileMode.Open, FileAccess.Write);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }
}
