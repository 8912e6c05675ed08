using System.Text.RegularExpressions;
using Switchboard.Testing.Places;

namespace Switchboard.Testing.Processes;

/// <summary>The real <c>switchboard</c> executable on a free port, in a folder of its own that goes with it.</summary>
public sealed partial class GatewayProcess : IAsyncDisposable
{
#if DEBUG
    private const string BuildConfiguration = "debug";
#else
    private const string BuildConfiguration = "release";
#endif

    private readonly ChildProcess _process;

    private GatewayProcess(ChildProcess process, string folder, Uri rootUrl)
    {
        _process = process;
        Folder = folder;
        RootUrl = rootUrl;
        BaseUrl = new Uri(rootUrl, "v1");
    }

    /// <summary>The executable, built with the configuration of the tests.</summary>
    public static string Executable { get; } = RepositoryRoot.Combine("artifacts", "bin", "Switchboard", BuildConfiguration, "switchboard.dll");

    /// <summary>The address as an OpenAI client takes it, with <c>/v1</c>.</summary>
    public Uri BaseUrl { get; }

    /// <summary>The address without a path.</summary>
    public Uri RootUrl { get; }

    /// <summary>The process's folder: its configuration and what it stores.</summary>
    public string Folder { get; }

    /// <summary>The file of its configuration; a test may rewrite it.</summary>
    public string ConfigurationFile => Path.Combine(Folder, "switchboard.yaml");

    /// <summary>What it has written to its output so far.</summary>
    public string Output => _process.Output;

    /// <summary>What it has written to its error output so far.</summary>
    public string Errors => _process.Errors;

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a gateway and returns when it listens.</summary>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    /// <exception cref="InvalidOperationException">It ended instead; the message has its output.</exception>
    public static async Task<GatewayProcess> StartAsync(GatewayProcessOptions options, CancellationToken cancellationToken)
    {
        if (!File.Exists(Executable))
        {
            throw new FileNotFoundException("The gateway was not built.", Executable);
        }

        var folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;
        ChildProcess? process = null;
        try
        {
            var arguments = await ArgumentsAsync(options, folder, cancellationToken);
            process = ChildProcess.Start(DotnetHost, arguments, GatewayEnvironment.With(options.Environment), folder);
            var url = await process.WaitForOutputAsync(FindUrl, cancellationToken);
            return new GatewayProcess(process, folder, new Uri(url));
        }
        catch
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Asks it to end, waits until it has drained, and gives its exit code.</summary>
    public Task<int> StopAsync(StopSignal signal, CancellationToken cancellationToken) => _process.StopAsync(signal, cancellationToken);

    /// <summary>Waits for a line of output that the question finds something in, and gives that.</summary>
    public Task<T> WaitForOutputAsync<T>(Func<string, T?> find, CancellationToken cancellationToken)
        where T : class => _process.WaitForOutputAsync(find, cancellationToken);

    /// <summary>Waits until it has ended by itself, and gives its exit code.</summary>
    public Task<int> WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Ends it at once where it still runs, and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The address in a line like <c>Listening on http://127.0.0.1:NNNNN</c>, or null.</summary>
    public static string? FindUrl(string line) => Listening().Match(line) is { Success: true } match ? match.Value : null;

    // The host that runs these tests, where there is one: the PATH may hold another.
    private static string DotnetHost =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static async Task<List<string>> ArgumentsAsync(GatewayProcessOptions options, string folder, CancellationToken cancellationToken)
    {
        List<string> arguments = [Executable, "serve", "--port", "0"];
        if (options.Configuration is { } configuration)
        {
            var file = Path.Combine(folder, "switchboard.yaml");
            await File.WriteAllTextAsync(file, configuration, cancellationToken);
            arguments.AddRange(["--config", file]);
        }

        arguments.AddRange(options.Arguments);
        return arguments;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();
}
