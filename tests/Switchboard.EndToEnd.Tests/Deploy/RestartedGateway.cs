using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Deploy;

/// <summary>A gateway that can be stopped and started again on its port.</summary>
internal sealed class RestartedGateway : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;
    private readonly int _port = QuietPort.Find();
    private ChildProcess? _process;

    private RestartedGateway(string configuration) => File.WriteAllText(Path.Combine(_folder, "switchboard.yaml"), configuration);

    public string Address => $"127.0.0.1:{_port}";

    public static async Task<RestartedGateway> StartAsync(string configuration, CancellationToken cancellationToken)
    {
        var gateway = new RestartedGateway(configuration);
        try
        {
            await gateway.StartAgainAsync(cancellationToken);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        _process = ChildProcess.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [GatewayProcess.Executable, "serve", "--port", $"{_port}"],
            GatewayEnvironment.With(new Dictionary<string, string>()),
            _folder);
        await _process.WaitForOutputAsync(GatewayProcess.FindUrl, cancellationToken);
    }

    /// <summary>As a service manager does; gives the exit code when it has drained.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        await using var process = _process!;
        _process = null;
        return await process.StopAsync(StopSignal.Terminate, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
