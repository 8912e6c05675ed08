using System.Runtime.InteropServices;
using Switchboard.Cli.Commands;
using Switchboard.Server;

namespace Switchboard.Cli.Serving;

/// <summary>Ctrl-C or SIGTERM lets running requests end; a second one ends the process at once.</summary>
internal sealed class StopSignals(IHostApplicationLifetime application, GatewayOverview gateway) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _count;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            Environment.Exit(ExitCodes.Interrupted);
        }

        Console.Error.WriteLine($"Stopping; running requests may go on for {gateway.Configuration.Server.DrainTimeout.TotalSeconds:0.#} s. Ctrl-C again ends at once.");
        application.StopApplication();
    }
}
