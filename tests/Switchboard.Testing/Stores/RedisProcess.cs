using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.Testing.Stores;

/// <summary>A real Redis of a test's own, on a free port of loopback, in a temporary folder; it keeps nothing on disk.</summary>
public sealed class RedisProcess : IAsyncDisposable
{
    private readonly string _program;
    private readonly HeldPort _port;
    private readonly string[] _settings;
    private readonly string _folder;
    private ChildProcess? _process;

    private RedisProcess(string program, HeldPort port, string[] settings, string folder, ChildProcess process)
    {
        (_program, _port, _settings, _folder, _process) = (program, port, settings, folder, process);
    }

    /// <summary>The port that it listens on, with TLS where its settings say so.</summary>
    public int Port => _port.Number;

    /// <summary>Its address.</summary>
    public string Url => $"redis://127.0.0.1:{Port}/0";

    /// <summary>The reason to skip; null where the program is there.</summary>
    public static string? SkipReason(string program = "redis-server") => RequiredTool.SkipReason(program);

    /// <summary>Starts one.</summary>
    /// <param name="settings">Further words of its command line; <c>{port}</c> stands for the port, <c>{folder}</c> for the folder.</param>
    /// <param name="program">The program.</param>
    /// <param name="prepare">Puts files into the folder before it starts.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<RedisProcess> StartAsync(string[]? settings = null, string program = "redis-server", Action<string>? prepare = null, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-redis-").FullName;
        prepare?.Invoke(folder);
        var port = new HeldPort();
        var process = await StartAsync(program, port.Number, settings ?? [], folder, cancellationToken);
        return new RedisProcess(program, port, settings ?? [], folder, process);
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async ValueTask KillAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>Has it stand still: it keeps its connections and its data, and answers nothing.</summary>
    public void Pause() => _process?.Pause();

    /// <summary>Has it go on.</summary>
    public void Resume() => _process?.Resume();

    /// <summary>Starts it again after it was killed, empty, on the same port.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken) =>
        _process = await StartAsync(_program, Port, _settings, _folder, cancellationToken);

    /// <summary>How many keys it has; of one without TLS and password.</summary>
    public async Task<int> CountKeysAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync("DBSIZE\r\n"u8.ToArray(), cancellationToken);
        return int.Parse((await reader.ReadLineAsync(cancellationToken)).AsSpan(1), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<ChildProcess> StartAsync(string program, int port, string[] settings, string folder, CancellationToken cancellationToken)
    {
        string[] words = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "{folder}", "--enable-debug-command", "yes", .. settings];
        if (!settings.Contains("--port"))
        {
            words = ["--port", "{port}", .. words];
        }

        var process = ChildProcess.Start(
            RequiredTool.Find(program) ?? throw new FileNotFoundException(program),
            words.Select(word => word.Replace("{port}", $"{port}", StringComparison.Ordinal).Replace("{folder}", folder, StringComparison.Ordinal)),
            new Dictionary<string, string>(),
            folder);
        await process.WaitForOutputAsync(line => line.Contains("eady to accept connections", StringComparison.Ordinal) ? line : null, cancellationToken);
        return process;
    }
}
